// The dialog for the times of a poll: schedule, reschedule, or set the close.

import { named } from "../logic/api-detail.js";
import { aboutTime } from "../logic/localtime.js";
import { FIELDS, flawsIn, offered, timesIn } from "../logic/schedule-dialog.js";
import { tab } from "../storage.js";
import { block } from "./busy-buttons.js";
import { $, write } from "./dom.js";
import { ZONE } from "./form.js";

/** @import { Poll } from "contracts" */
/** @typedef {{opens_at?: string, closes_at?: string}} PollTimesErrors */
/** @import { Failure } from "../api.js" */
/** @import { PollAction, ReadAdmin } from "page-state" */

/** @type {Record<string, {title: string, yes: string}>} */
const WORDS = {
  schedule: { title: "Schedule poll", yes: "Save" },
  move: { title: "Reschedule poll", yes: "Save" },
  until: { title: "Set end time", yes: "Save" },
};
const TYPED = "tot.admin.times"; // stored until the times are accepted or the dialog is closed: they survive the sign-in page

/**
 * Return the dialog.
 * @param {ReadAdmin} read
 * @param {() => number} at server time in ms
 * @param {(action: PollAction, poll: Poll, explain: (failure: Failure) => boolean) => Promise<void>} take
 */
export function scheduleDialogOf(read, at, take) {
  /** @type {{step: string, poll: Poll}|null} The poll as it was when the dialog was opened. */
  let asked = null;
  const typed = () => ({ opens_at: $("p-opens_at").value, closes_at: $("p-closes_at").value });

  function keep() {
    if (!asked) return;
    tab.set(TYPED, JSON.stringify({ step: asked.step, poll_id: asked.poll.poll_id, fields: typed() }));
  }

  /** @param {PollTimesErrors} errors @param {string} trouble */
  function drawErrors(errors, trouble = "") {
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

  /** @param {string} step @param {Poll} poll */
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
    drawErrors({});
    $("plan").showModal();
  }

  /**
   * Show a refusal in the dialog if it is about a time, or without an answer; other refusals are shown by the page.
   * @param {Failure} failure
   * @returns {boolean} whether it is shown here
   */
  function explain(failure) {
    /** @type {PollTimesErrors} */
    const errors = {};
    for (const { field, message } of failure.problem.errors ?? []) {
      const name = FIELDS.find((one) => one === field);
      if (name) errors[name] = named(message, read().polls);
    }
    if (Object.keys(errors).length > 0) drawErrors(errors);
    else if (failure.status === 0)
      drawErrors(
        {},
        "Could not reach the server. Your change may not have been saved. Check the connection and try again.",
      );
    else return false;
    return true;
  }

  /** @param {SubmitEvent} event */
  async function submit(event) {
    event.preventDefault();
    if (!asked || $("plan-yes").getAttribute("aria-disabled") === "true") return;
    const { step, poll } = asked;
    const errors = flawsIn(step, typed(), at());
    for (const name of FIELDS)
      if ($(`p-${name}`).validity.badInput) errors[name] = "Half a time: complete it, or clear the field.";
    drawErrors(errors);
    const times = timesIn(step, typed(), poll);
    if (Object.keys(errors).length > 0) return;
    keep();
    const action = { step: step === "until" ? "extend" : step, times };
    let [refused, stays] = [false, false];
    /** @param {Failure} failure */
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
    drawErrors({});
    keep();
  });
  $("plan-no").addEventListener("click", () => {
    tab.remove(TYPED);
    $("plan").close();
  });
  return { open };
}
