// The dialog in which a poll's times are given: to open at a time, to open at another, to close at one.
import { bothClocks, flawsIn, offered, timesIn } from "../logic/plan.js";
import { block } from "./blocked.js";
import { $, write } from "./dom.js";

const WORDS = {
  schedule: { title: "When shall it open?", yes: "Schedule" },
  move: { title: "When shall it open instead?", yes: "Move" },
  until: { title: "When shall it close?", yes: "Set the end" },
};
const FIELDS = ["opens_at", "closes_at"];

/**
 * @param {() => number} at server time in ms
 * @param {(deed: object, poll: object, explain: (failure: Error) => boolean) => Promise<void>} take
 */
export function planOf(at, take) {
  let asked = null; // {step, poll}: the poll as it stood when the dialog was opened
  const typed = () => Object.fromEntries(FIELDS.map((name) => [name, $(`p-${name}`).value]));

  function show(errors, trouble = "") {
    for (const name of FIELDS) {
      write($(`pe-${name}`), errors[name] ?? "");
      write($(`ph-${name}`), bothClocks($(`p-${name}`).value));
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
    const fields = offered(step, poll, at());
    for (const name of FIELDS) $(`p-${name}`).value = fields[name];
    $("plan-opens").hidden = step === "until";
    write($("plan-optional"), step === "until" ? "" : ", optional");
    show({});
    $("plan").showModal();
  }

  /** A time that is refused stays to be mended, and so does what had no answer. The rest is said on the stage. */
  function explain(failure) {
    const errors = {};
    for (const { field, message } of failure.problem?.errors ?? []) if (FIELDS.includes(field)) errors[field] = message;
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
    show(errors);
    const times = timesIn(step, typed(), poll);
    if (Object.keys(errors).length > 0) return;
    let stays = false;
    if (Object.keys(times).length > 0) {
      block($("plan-yes"), true);
      await take({ step: step === "until" ? "extend" : step, times }, poll, (failure) => (stays = explain(failure)));
      block($("plan-yes"), false);
    }
    if (!stays) $("plan").close();
  }

  $("plan-form").addEventListener("submit", submit);
  $("plan-form").addEventListener("input", () => show({}));
  $("plan-no").addEventListener("click", () => $("plan").close());
  return { open };
}
