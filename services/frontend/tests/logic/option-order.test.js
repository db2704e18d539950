import { describe, expect, test } from "bun:test";
import { firstOption } from "../../site/logic/option-order.js";
import { effectText } from "../../site/logic/position-effect.js";
import { speakToOrganisers } from "./organisers.js";

speakToOrganisers();

const POLL = "7zq4m0x2v9c6k3t8hj5n1w0rge";
const SYMBOLS = "0123456789abcdefghjkmnpqrstvwxyz";
const DEVICES = 20_000;

/** @param {number} number */
const pollWith = (number) =>
  POLL.slice(0, -3) + [...Array(3)].map((_, at) => SYMBOLS[(number >> (5 * at)) & 31]).join("");
/** @param {string} poll_id @param {string} seed */
const dealt = (poll_id, seed) => firstOption({ poll_id, shuffle_options: true }, () => seed);
const seeds = Array.from({ length: DEVICES }, () => crypto.getRandomValues(new Uint32Array(4)).join());

/** Beyond five standard deviations of as many coins: one run in two million. @param {boolean[]} coins */
function expectFair(coins) {
  const heads = coins.filter(Boolean).length;
  expect(Math.abs(heads - coins.length / 2)).toBeLessThan(2.5 * Math.sqrt(coins.length));
}

describe("the order of shuffled options", () => {
  test("is dealt half and half to the devices of a poll", () => {
    expectFair(seeds.map((seed) => dealt(POLL, seed) === "a"));
  });

  test("is dealt half and half to the polls of a device", () => {
    for (const seed of seeds.slice(0, 20))
      expectFair(Array.from({ length: 5_000 }, (_, number) => dealt(pollWith(number), seed) === "a"));
  });

  test.each([1, 2, 3, 32, 1_024])("in one poll tells nothing about that in poll + %p", (distance) => {
    expectFair(seeds.map((seed) => dealt(pollWith(0), seed) === dealt(pollWith(distance), seed)));
  });

  test("is the same at each load", () => {
    for (const seed of seeds.slice(0, 100)) expect(dealt(POLL, seed)).toBe(dealt(POLL, seed));
  });

  test.each([false, null, undefined])(
    "of a poll with the setting %p needs no number of the device",
    (shuffle_options) => {
      const seed = () => {
        throw new Error("a device without such a poll stores nothing");
      };
      expect(firstOption({ poll_id: POLL, shuffle_options }, seed)).toBeUndefined();
    },
  );
});

describe("the measured effect", () => {
  const effect = {
    a_first_a: 56,
    a_first_b: 14,
    b_first_a: 48,
    b_first_b: 32,
    first_share: 0.5867,
    first_share_low: 0.5066,
    first_share_high: 0.6624,
    difference: 0.2,
    difference_low: 0.0524,
    difference_high: 0.3339,
  };

  test("is stated with both intervals", () => {
    expect(effectText(effect)).toBe(
      "Shown first: 59% of 150 votes (95% confidence: 51% to 66%). Position effect: +20 points (+5 to +33).",
    );
    expect(effectText({ ...effect, difference: -0.04, difference_low: -0.09 })).toContain("−4 points (−9 to +33)");
  });

  test("is the share alone until there are votes with both orders", () => {
    expect(effectText({ ...effect, difference: null })).not.toContain("Position effect");
  });

  test("of a poll with one order is not stated", () => {
    expect(effectText(undefined)).toBe("");
  });
});
