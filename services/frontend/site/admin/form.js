// Draws the form that a poll is edited in: values, errors and fixed fields.
import { phaseOf } from "../logic/clock.js";
import { labelOfSubmit, NOTES } from "../logic/editor-state.js";
import { FIELDS, frozenIn } from "../logic/form.js";
import { aboutTime } from "../logic/localtime.js";
import { ABOUT_POLICY, ONE_VOTE_PER } from "../logic/policy-text.js";
import { BOOLEANS, SETTINGS } from "../logic/settings.js";
import { block } from "./busy-buttons.js";
import { $, copyOf, find, show, write } from "./dom.js";
import { drawPicture } from "./pictures.js";
import { drawPreview } from "./preview.js";

/** @import { VoterPolicy } from "contracts" */
/** @import { AdminState, BooleanSetting, Task } from "page-state" */

export const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;
export const TIMES = /** @type {const} */ (["opens_at", "closes_at"]);
export const PICTURES = /** @type {const} */ (["image_a", "image_b"]);

const WITHOUT = { opens_at: "Without a time you open it by hand.", closes_at: "Without a time you close it by hand." };
const HEADINGS = { new: "New poll", again: "Duplicate", edit: "Edit poll" };

$("f-policy").append(
  ...Object.entries(ONE_VOTE_PER).map(([policy, identity]) => new Option(`One per ${identity}`, policy)),
);
$("boolean-setting").before(...BOOLEANS.map(fieldFor));

/** Return the field of a boolean setting. @param {BooleanSetting} name */
function fieldFor(name) {
  const { label, no, yes, hint } = SETTINGS[name];
  const row = copyOf($("boolean-setting"));
  /** @type {HTMLSelectElement} */
  const input = find(row, "select");
  Object.assign(input, { id: `f-${name}`, name });
  input.setAttribute("aria-describedby", hint ? `h-${name} e-${name}` : `e-${name}`);
  Object.assign(find(row, "label"), { htmlFor: input.id, textContent: label });
  for (const [place, text] of [no, yes].entries()) input.options[place].textContent = text;
  if (hint) Object.assign(find(row, ".hint"), { id: `h-${name}`, textContent: hint });
  else find(row, ".hint").remove();
  find(row, ".error").id = `e-${name}`;
  return row;
}

/** @param {AdminState} state @param {number} at server time in ms */
export function drawForm(state, at) {
  const { form, task, errors, busy } = state;
  const poll = task.kind === "edit" ? state.polls.find(({ poll_id }) => poll_id === task.poll_id) : null;
  const phase = poll ? phaseOf(poll, at) : "draft";
  const fixed = frozenIn(phase);
  for (const field of FIELDS) {
    const input = $(`f-${field}`);
    const picture = PICTURES.find((name) => name === field);
    if (picture) drawPicture(picture, form[picture], Boolean(busy[picture]));
    else if (input.value !== form[field]) input.value = form[field];
    disable(input, fixed.includes(field) && form[field] === task.before[field]); // a changed field can be restored
    input.setAttribute("aria-invalid", String(Boolean(errors[field])));
    write($(`e-${field}`), errors[field] ?? "");
  }
  drawPreview(form);
  write($("new-heading"), HEADINGS[task.kind]);
  write($("form-note"), NOTES[task.kind](task, phase));
  write($("h-policy"), ABOUT_POLICY[/** @type {VoterPolicy} */ (form.policy)]);
  warn($("h-policy"), form.policy === "network");
  for (const field of TIMES) {
    const { text, odd } = aboutTime(form[field], ZONE);
    write($(`h-${field}`), text || WITHOUT[field]);
    warn($(`h-${field}`), odd);
  }
  write($("create"), labelOfSubmit(state, phase));
  block($("create"), busy.create);
  block($("create-open"), busy.create);
  show($("create-open"), task.kind !== "edit" && form.opens_at === "");
  block($("cancel"), busy.create);
  show($("cancel"), task.kind !== "new");
  drawClash(task.clash, busy.create);
}

/**
 * Draw another organiser's change of the poll, with both choices.
 * @param {Task["clash"]} clash
 * @param {boolean|undefined} busy
 */
function drawClash(clash, busy) {
  show($("clash"), clash !== null);
  write($("conflict-text"), clash?.text ?? "");
  block($("clash-load"), busy);
  block($("conflict-overwrite"), busy);
}

/** @param {HTMLInputElement|HTMLTextAreaElement|HTMLSelectElement} input @param {boolean} disabled */
function disable(input, disabled) {
  if (disabled && input === document.activeElement) $("new-heading").focus(); // a disabled field loses the focus
  input.disabled = disabled;
  const field = /** @type {HTMLElement} */ (input.closest(".field")); // every input of the form is in one
  field.dataset.fixed = String(disabled);
}

/** @param {HTMLElement} hint @param {boolean} on */
function warn(hint, on) {
  hint.dataset.warning = String(on);
}
