// The dialog for the times of a poll: schedule, reschedule, or set the close.
import { html } from "../html.js";
import { named } from "../logic/api-detail.js";
import { phrase } from "../logic/i18n.js";
import { aboutTime } from "../logic/localtime.js";
import { FIELDS, flawsIn, offered, timesIn } from "../logic/schedule-dialog.js";
import { Dialog } from "../organisers/dialog.js";
import { insteadOfDefault, withField } from "../organisers/events.js";
import { Button, ErrorText, Hint } from "../organisers/parts.js";
import { tab } from "../storage.js";
import { take } from "./poll-actions.js";
import { dispatch, focusOn, read, serverTime } from "./store.js";

/** @import { Poll } from "contracts" */
/** @import { Failure } from "../api.js" */
/** @import { TimesDialog } from "page-state" */

/** @type {Record<string, string>} */
const TITLES = { schedule: "dialog.schedule", move: "dialog.reschedule", until: "dialog.end_time" };
const LABELS = { opens_at: "dialog.opens", closes_at: "dialog.closes" };
const TYPED = "tot.admin.times"; // stored until the times are accepted or the dialog is closed: they survive the sign-in page

/** Open the dialog of a step, with the times that were typed before signing in again. @param {string} step @param {Poll} poll */
export function openTimes(step, poll) {
  const kept = JSON.parse(tab.get(TYPED) ?? "null");
  const again = kept?.step === step && kept.poll_id === poll.poll_id;
  const fields = again ? kept.fields : offered(step, poll, serverTime());
  dispatch({ type: "dialog", dialog: { kind: "times", step, poll, fields, errors: {}, trouble: "" } });
}

const openDialog = () => {
  const { dialog } = read();
  return dialog?.kind === "times" ? dialog : null;
};

/** @param {Partial<TimesDialog>} change */
function change(change) {
  const dialog = openDialog();
  if (dialog) dispatch({ type: "dialog", dialog: { ...dialog, ...change } });
}

/** Show errors in the dialog, and focus the first field with one. @param {TimesDialog["errors"]} errors @param {string} trouble */
function showErrors(errors, trouble = "") {
  change({ errors, trouble });
  const first = FIELDS.find((name) => errors[name]);
  if (first) focusOn(`p-${first}`);
}

function keep() {
  const dialog = openDialog();
  if (!dialog) return;
  const { step, poll, fields } = dialog;
  tab.set(TYPED, JSON.stringify({ step, poll_id: poll.poll_id, fields }));
}

/**
 * Show a refusal in the dialog if it is about a time, or without an answer; other refusals are shown by the page.
 * @param {Failure} failure
 */
function explain({ status, problem }) {
  /** @type {TimesDialog["errors"]} */
  const errors = {};
  for (const { field, message } of problem.errors ?? []) {
    const name = FIELDS.find((one) => one === field);
    if (name) errors[name] = named(message, read().polls);
  }
  if (Object.keys(errors).length > 0) showErrors(errors);
  else if (status === 0) showErrors({}, phrase("dialog.unreachable"));
  else return false;
  return true;
}

/** Send the times of the form, and close its dialog unless that shows why they were refused. @param {HTMLFormElement} form @param {() => unknown} close */
async function submit(form, close) {
  const dialog = openDialog();
  if (!dialog || read().busy.step) return;
  const { step, poll, fields } = dialog;
  const errors = flawsIn(step, fields, serverTime());
  for (const name of FIELDS) {
    const input = form.elements.namedItem(name);
    if (input instanceof HTMLInputElement && input.validity.badInput) errors[name] = phrase("dialog.half_time");
  }
  showErrors(errors);
  if (Object.keys(errors).length > 0) return;
  keep();
  const times = timesIn(step, fields, poll);
  let [refused, stays] = [false, false];
  if (Object.keys(times).length > 0)
    refused = await take({ step: step === "until" ? "extend" : step, times }, poll, (failure) => {
      stays = explain(failure);
      return stays;
    });
  if (!refused) tab.remove(TYPED);
  if (!stays) close();
}

/** @param {{dialog: TimesDialog|null, busy: boolean, onClose: () => unknown}} props */
export function ScheduleDialog({ dialog, busy, onClose }) {
  const until = dialog?.step === "until";
  const typed = withField(({ name, value }) => {
    if (dialog) change({ fields: { ...dialog.fields, [name]: value }, errors: {}, trouble: "" });
    keep();
  });
  const send = insteadOfDefault(({ currentTarget }) => submit(/** @type {HTMLFormElement} */ (currentTarget), onClose));
  function cancel() {
    tab.remove(TYPED);
    onClose();
  }
  /** @param {typeof FIELDS[number]} name */
  const field = (name) => {
    const { text, odd } = aboutTime(dialog?.fields[name] ?? "");
    const hint = phrase(name === "closes_at" && !until ? "dialog.local_optional" : "dialog.local");
    return html`<div class="field" id=${`plan-${name}`} hidden=${until && name === "opens_at"} key=${name}>
      <label for=${`p-${name}`}><span>${phrase(LABELS[name])}</span>${" "}<span class="optional">${hint}</span></label>
      <input id=${`p-${name}`} name=${name} type="datetime-local" aria-describedby=${`ph-${name} pe-${name}`}
        value=${dialog?.fields[name] ?? ""} aria-invalid=${String(Boolean(dialog?.errors[name]))} />
      <${Hint} id=${`ph-${name}`} text=${text} odd=${odd} />
      <${ErrorText} id=${`pe-${name}`} text=${dialog?.errors[name]} />
    </div>`;
  };
  return html`<${Dialog} id="plan" title=${dialog ? phrase(TITLES[dialog.step]) : ""} open=${dialog !== null} onClose=${onClose}>
    <p class="dialog-question" id="plan-text" dir="auto">${dialog?.poll.question ?? ""}</p>
    <form class="times" id="plan-form" novalidate onSubmit=${send} onInput=${typed}>
      ${FIELDS.map(field)}
      <${ErrorText} id="plan-trouble" alert text=${dialog?.trouble} />
      <div class="actions">
        <${Button} id="plan-no" label=${phrase("app.cancel")} onPress=${cancel} />
        <${Button} id="plan-yes" type="submit" look="primary" label=${phrase("app.save")} busy=${busy} />
      </div>
    </form>
  <//>`;
}
