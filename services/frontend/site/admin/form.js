// Draws the form that a poll is written in: what is typed, what is wrong with it, what is fixed by now.
import { phaseOf } from "../logic/clock.js";
import { EMPTY_FORM, frozenIn } from "../logic/form.js";
import { aboutTime } from "../logic/localtime.js";
import { labelOfSubmit, NOTES } from "../logic/editor-state.js";
import { block } from "./busy-buttons.js";
import { $, show, write } from "./dom.js";
import { drawPicture } from "./pictures.js";
import { drawPreview } from "./preview.js";

export const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;
export const TIMES = ["opens_at", "closes_at"];
export const PICTURES = ["image_a", "image_b"];

const WITHOUT = { opens_at: "Without a time you open it by hand.", closes_at: "Without a time you close it by hand." };
const HEADINGS = { new: "New poll", again: "Run again", edit: "Edit poll" };

/** What each policy is worth, said while it is chosen. */
const ABOUT_POLICY = {
  device: "Nothing to prepare. Whoever clears cookies or takes another browser can vote again.",
  code: "The strongest: you hand a single-use code to each voter. Make the codes once the draft is there.",
  network:
    "Locks people out: in a school, an office or a home all share one vote. And another network is another vote.",
};

/** @param {number} at server time in ms */
export function drawForm(state, at) {
  const { form, task, errors, busy } = state;
  const poll = task.kind === "edit" ? state.polls.find(({ poll_id }) => poll_id === task.poll_id) : null;
  const phase = poll ? phaseOf(poll, at) : "draft";
  const fixed = frozenIn(phase);
  for (const field of Object.keys(EMPTY_FORM)) {
    const input = $(`f-${field}`);
    if (PICTURES.includes(field)) drawPicture(field, form[field], Boolean(busy[field]));
    else if (input.value !== form[field]) input.value = form[field];
    disable(input, fixed.includes(field) && form[field] === task.before[field]); // what was changed can be changed back
    input.setAttribute("aria-invalid", String(Boolean(errors[field])));
    write($(`e-${field}`), errors[field] ?? "");
  }
  drawPreview(form);
  write($("new-heading"), HEADINGS[task.kind]);
  write($("form-note"), NOTES[task.kind](task, phase));
  write($("h-policy"), ABOUT_POLICY[form.policy] ?? "");
  warn($("h-policy"), form.policy === "network");
  for (const field of TIMES) {
    const { text, odd } = aboutTime(form[field], ZONE);
    write($(`h-${field}`), text || WITHOUT[field]);
    warn($(`h-${field}`), odd);
  }
  write($("create"), labelOfSubmit(state, phase));
  block($("create"), busy.create);
  block($("cancel"), busy.create);
  show($("cancel"), task.kind !== "new");
  drawClash(task.clash, busy.create);
}

/** What somebody else has made of the poll meanwhile, and the two ways on. */
function drawClash(clash, busy) {
  show($("clash"), clash !== null);
  write($("clash-told"), clash?.told ?? "");
  block($("clash-load"), busy);
  block($("clash-over"), busy);
}

function disable(input, disabled) {
  if (disabled && input === document.activeElement) $("new-heading").focus(); // whoever was in there is not left nowhere
  input.disabled = disabled;
  input.closest(".field").dataset.fixed = String(disabled);
}

const warn = (hint, on) => (hint.dataset.warning = String(on));
