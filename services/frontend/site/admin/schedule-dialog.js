// The dialog in which a poll's times are given: to open at a time, to open at another, to close at one.
import { aboutTime } from "../logic/localtime.js";
import { named } from "../logic/error-text.js";
import { flawsIn, offered, timesIn } from "../logic/schedule-dialog.js";
import { tab } from "../storage.js";
import { block } from "./busy-buttons.js";
import { $, write } from "./dom.js";
import { ZONE } from "./form.js";

const WORDS = {
  schedule: { title: "When shall it open?", yes: "Schedule" },
  move: { title: "When shall it open instead?", yes: "Move" },
  until: { title: "When shall it close?", yes: "Set the end" },
};
const FIELDS = ["opens_at", "closes_at"];
const TYPED = "tot.admin.times"; // until they are taken, or left on purpose: they survive the way to the sign-in page

/**
 * @param {() => object} read the page's state
 * @param {() => number} at server time in ms
 * @param {(action: object, poll: object, explain: (failure: Error) => boolean) => Promise<void>} take
 */
export function planOf(read, at, take) {
  let asked = null; // {step, poll}: the poll as it stood when the dialog was opened
  const typed = () => Object.fromEntries(FIELDS.map((name) => [name, $(`p-${name}`).value]));

  const keep = () => tab.set(TYPED, JSON.stringify({ step: asked.step, poll_id: asked.poll.poll_id, fields: typed() }));

  function show(errors, trouble = "") {
    for (const name of FIELDS) {
      write($(`pe-${name}`), errors[name] ?? "");
      const { text, odd } = aboutTime($(`p-${name}`).value, ZONE);
      write($(`ph-${name}`), text);
      $(`ph-${name}`).dataset.warning = String(odd);
      $(`p-${name}`).setAttribute("aria-invalid", String(Boolean(errors[name])));
    }
    write($("plan-trouble"), trouble);
    const first = FIELDS.find((name) => errors[name]);
    if (first) $(`p-${first}`).focus();
  }

  function open(step, poll) {
    asked = { step, poll };
    write($("plan-title"), WORDS[step].title);
    write($("plan-text"), poll.question);
    write($("plan-yes"), WORDS[step].yes);
    const kept = JSON.parse(tab.get(TYPED) ?? "null");
    const again = kept?.step === step && kept.poll_id === poll.poll_id;
    const fields = again ? kept.fields : offered(step, poll, at());
    for (const name of FIELDS) $(`p-${name}`).value = fields[name];
    $("plan-opens").hidden = step === "until";
    write($("plan-optional"), step === "until" ? "" : ", optional");
    show({});
    $("plan").showModal();
  }

  /** A time that is refused stays to be mended, and so does what had no answer. The rest is said on the stage. */
  function explain(failure) {
    const errors = {};
    for (const { field, message } of failure.problem?.errors ?? [])
      if (FIELDS.includes(field)) errors[field] = named(message, read().polls);
    if (Object.keys(errors).length > 0) show(errors);
    else if (failure.status === 0) show({}, "No answer. Nothing may have changed: check the connection and try again.");
    else return false;
    return true;
  }

  async function submit(event) {
    event.preventDefault();
    if ($("plan-yes").getAttribute("aria-disabled") === "true") return;
    const { step, poll } = asked;
    const errors = flawsIn(step, typed(), poll, at());
    for (const name of FIELDS)
      if ($(`p-${name}`).validity.badInput) errors[name] = "Half a time: complete it, or clear the field.";
    show(errors);
    const times = timesIn(step, typed(), poll);
    if (Object.keys(errors).length > 0) return;
    keep();
    const action = { step: step === "until" ? "extend" : step, times };
    let [refused, stays] = [false, false];
    const explained = (failure) => {
      refused = true;
      stays = explain(failure);
      return stays;
    };
    block($("plan-yes"), true);
    try {
      if (Object.keys(times).length > 0) await take(action, poll, explained);
    } finally {
      block($("plan-yes"), false);
    }
    if (!refused) tab.remove(TYPED);
    if (!stays) $("plan").close();
  }

  $("plan-form").addEventListener("submit", submit);
  $("plan-form").addEventListener("input", () => {
    show({});
    keep();
  });
  $("plan-no").addEventListener("click", () => {
    tab.remove(TYPED);
    $("plan").close();
  });
  return { open };
}
