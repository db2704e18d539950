// The measured effect of the order of the options as a sentence for organisers.
import { number, percent, phrase, votes } from "./i18n.js";

/** @import { PositionEffect } from "contracts" */

/** @param {number} share */
const whole = (share) => Math.round(100 * share);

/**
 * Return the share of votes for the option that was shown first, and how many points that position is worth to option A.
 * Each is followed by its 95 % confidence interval.
 * @param {PositionEffect|null|undefined} effect
 */
export function effectText(effect) {
  if (!effect) return "";
  const { first_share, first_share_low, first_share_high, difference, difference_low, difference_high } = effect;
  const total = effect.a_first_a + effect.a_first_b + effect.b_first_a + effect.b_first_b;
  const [share, low, high] = [first_share, first_share_low, first_share_high].map((one) => percent(whole(one)));
  const first = phrase("effect.first", { share, votes: votes(total), low, high });
  if (difference == null || difference_low == null || difference_high == null) return first;
  const points = [difference, difference_low, difference_high].map(
    (one) => (one < 0 ? "−" : "+") + number(Math.abs(whole(one))),
  );
  return `${first} ${phrase("effect.points", { points: points[0], low: points[1], high: points[2] })}`;
}
