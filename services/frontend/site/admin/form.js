// The form that a poll is edited in: values, errors and fixed fields.
import { html, useElement } from "../html.js";
import { phaseOf } from "../logic/clock.js";
import { labelOfSubmit, NOTES } from "../logic/editor-state.js";
import { frozenIn } from "../logic/form.js";
import { phrase } from "../logic/i18n.js";
import { LANGUAGES } from "../logic/language.js";
import { aboutTime } from "../logic/localtime.js";
import { KINDS } from "../logic/pictures.js";
import { aboutPolicy, oneVotePer, POLICIES } from "../logic/policy-text.js";
import { BOOLEANS, SETTINGS } from "../logic/settings.js";
import { insteadOfDefault, withField } from "../organisers/events.js";
import { Alert, Button, ErrorText, Hint, Options, Shape } from "../organisers/parts.js";
import { cancel, loadNewer, overwrite, submit, typed } from "./editor.js";
import { removePicture } from "./pictures.js";
import { Preview } from "./preview.js";

/** @import { VoterPolicy } from "contracts" */
/** @import { AdminState, Field, FormView } from "page-state" */

const HEADINGS = { new: "form.new", again: "form.duplicate", edit: "form.edit" };
const VISIBILITIES = {
  always: "form.always",
  after_vote: "form.after_vote",
  after_close: "form.after_close",
  never: "form.never",
};

/** @param {{state: AdminState, at: number}} props `at`: server time in ms */
export function PollForm({ state, at }) {
  const { form, task, errors, busy } = state;
  const poll = task.kind === "edit" ? state.polls.find(({ poll_id }) => poll_id === task.poll_id) : null;
  const phase = poll ? phaseOf(poll, at) : "draft";
  const fixed = frozenIn(phase);
  /** @type {FormView} a changed field can be restored, so it is not fixed */
  const view = { form, errors, busy, isFixed: (field) => fixed.includes(field) && form[field] === task.before[field] };
  return html`<section class="panel" data-needs="polls.edit" aria-labelledby="new-heading">
    <h2 id="new-heading" tabindex="-1">${phrase(HEADINGS[task.kind])}</h2>
    <form id="form" novalidate onSubmit=${insteadOfDefault(() => submit())} onInput=${withField(typed)}>
      <p class="form-note" id="form-note">${NOTES[task.kind](task, phase)}</p>
      ${
        task.clash &&
        html`<${Alert} id="clash" look="notice trouble" tabindex="-1" title=${phrase("form.conflict")} detail=${task.clash.text}>
          <${Button} look="small" id="clash-load" label=${phrase("form.load_newer")} blocked=${busy.create} onPress=${loadNewer} />
          <${Button} look="small" id="conflict-overwrite" label=${phrase("form.overwrite")} blocked=${busy.create} onPress=${overwrite} />
        <//>`
      }
      <${Question} ...${view} />
      <${OptionField} name="a" look="this" label="form.option_a" ...${view} />
      <${OptionField} name="b" look="that" label="form.option_b" ...${view} />
      <${PictureField} name="image_a" look="this" label="form.image_a" remove="form.remove_a" ...${view} />
      <${PictureField} name="image_b" look="that" label="form.image_b" remove="form.remove_b" ...${view} />
      <${TimeField} name="opens_at" label="form.opens_at" without="form.without_opening" ...${view} />
      <${TimeField} name="closes_at" label="form.closes_at" without="form.without_end" ...${view} />
      <${ChoiceField} name="policy" label=${phrase("form.policy")} ...${view} hint=${aboutPolicy(/** @type {VoterPolicy} */ (form.policy))}
        odd=${form.policy === "network"} entries=${POLICIES.map((policy) => [policy, phrase("form.one_per", { identity: oneVotePer(policy) })])} />
      <${ChoiceField} name="result_visibility" label=${phrase("form.visibility")} ...${view}
        entries=${Object.entries(VISIBILITIES).map(([value, name]) => [value, phrase(name)])} />
      <details class="more" id="more-settings">
        <summary>${phrase("form.more")}</summary>
        ${BOOLEANS.map((name) => {
          const { label, no, yes, hint } = SETTINGS[name];
          const entries = [
            ["no", phrase(no)],
            ["yes", phrase(yes)],
          ];
          return html`<${ChoiceField} key=${name} name=${name} label=${phrase(label)} hint=${hint && phrase(hint)} entries=${entries} ...${view} />`;
        })}
        <${ChoiceField} name="presenter_language" label=${phrase("form.language")} hint=${phrase("form.language_hint")} ...${view}
          entries=${[["", phrase("form.own_language")], ...Object.entries(LANGUAGES)]} />
        <${Field} name="embed_origins" label=${phrase("form.sites")} optional=${phrase("form.one_a_line")} hint=${phrase("form.sites_hint")} ...${view}>
          <textarea ...${inputOf("embed_origins", view, "h-embed_origins")} rows="2" spellcheck=${false} autocapitalize="off" placeholder="https://example.org" />
        <//>
      </details>
      <div class="preview" aria-hidden="true">
        <p class="hint">${phrase("form.preview")}</p>
        <${Preview} form=${form} />
      </div>
      <div class="actions ends">
        <${Button} type="submit" look="primary" id="create" label=${labelOfSubmit(state, phase)} busy=${busy.create} />
        ${task.kind !== "edit" && form.opens_at === "" && html`<${Button} id="create-open" label=${phrase("form.create_open")} blocked=${busy.create} onPress=${() => submit(true)} />`}
        ${task.kind !== "new" && html`<${Button} id="cancel" label=${phrase("app.cancel")} blocked=${busy.create} onPress=${cancel} />`}
      </div>
    </form>
  </section>`;
}

/** Return the attributes of an input. @param {Field} name @param {FormView} view @param {string} hint its id, or "" */
const inputOf = (name, { form, errors, isFixed }, hint = "") => ({
  id: `f-${name}`,
  name,
  value: form[name],
  disabled: isFixed(name),
  "aria-invalid": String(Boolean(errors[name])),
  "aria-describedby": `${hint} e-${name}`.trim(),
});

/** A label, its input, a hint and an error. @param {FormView & {name: Field, look?: string, label: unknown, optional?: string, hint?: string, odd?: boolean, children?: unknown}} props */
const Field = ({ name, look = "", label, optional, hint, odd, errors, isFixed, children }) =>
  html`<div class=${`field ${look}`} data-fixed=${String(isFixed(name))}>
    <label for=${`f-${name}`} data-note=${isFixed(name) ? phrase("form.fixed") : undefined}><span>${label}</span>${optional && [" ", html`<span class="optional">${optional}</span>`]}</label>
    ${children}
    ${hint !== undefined && html`<${Hint} id=${`h-${name}`} text=${hint} odd=${odd} />`}
    <${ErrorText} id=${`e-${name}`} text=${errors[name]} />
  </div>`;

/** The question grows with its text; Enter sends the form, as in a field of one line. @param {FormView} view */
function Question(view) {
  const place = useElement(
    (/** @type {HTMLTextAreaElement} */ area) => {
      area.style.height = "auto";
      area.style.height = `${area.scrollHeight + area.offsetHeight - area.clientHeight}px`;
    },
    [view.form.question],
  );
  /** @param {KeyboardEvent} event */
  function key(event) {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    place.current?.form?.requestSubmit();
  }
  return html`<${Field} name="question" label=${phrase("form.question")} ...${view}>
    <textarea ref=${place} ...${inputOf("question", view)} class="question-field" rows="1" maxlength="200" autocomplete="off" required dir="auto" onKeyDown=${key} />
  <//>`;
}

/** @param {FormView & {name: "a"|"b", look: string, label: string}} props */
const OptionField = ({ name, look, label, ...view }) =>
  html`<${Field} name=${name} look=${look} label=${html`<span><${Shape} />${" "}<span>${phrase(label)}</span></span>`} ...${view}>
    <input ...${inputOf(name, view)} maxlength="80" autocomplete="off" required dir="auto" />
  <//>`;

/** @param {FormView & {name: "image_a"|"image_b", look: string, label: string, remove: string}} props */
function PictureField({ name, look, label, remove, ...view }) {
  const [path, sending] = [view.form[name], Boolean(view.busy[name])];
  const { value, ...input } = inputOf(name, view, `h-${name}`);
  const forget = withField((file) => {
    file.value = ""; // the same file can be chosen again
  });
  return html`<${Field} name=${name} look=${`picture-field ${look}`} label=${phrase(label)} optional=${phrase("form.optional")} hint=${sending ? phrase("photo.sending") : ""} ...${view}>
    <div class="picked">
      ${path && html`<span class="thumb" id=${`p-${name}`}><img alt="" key=${path} src=${path} /></span>`}
      <input type="file" accept=${KINDS.join()} ...${input} aria-busy=${String(sending)} onChange=${forget} />
      ${path && !view.isFixed(name) && html`<${Button} look="small" id=${`x-${name}`} label=${phrase("app.remove")} aria-label=${phrase(remove)} onPress=${() => removePicture(name)} />`}
    </div>
  <//>`;
}

/** @param {FormView & {name: "opens_at"|"closes_at", label: string, without: string}} props */
function TimeField({ name, label, without, ...view }) {
  const { text, odd } = aboutTime(view.form[name]);
  return html`<${Field} name=${name} label=${phrase(label)} optional=${phrase("form.optional_local")} hint=${text || phrase(without)} odd=${odd} ...${view}>
    <input type="datetime-local" max="9999-12-31T23:59" ...${inputOf(name, view, `h-${name}`)} />
  <//>`;
}

/** @param {FormView & {name: Field, label: string, hint?: string, odd?: boolean, entries: [string, string][]}} props */
const ChoiceField = ({ name, label, hint, odd, entries, ...view }) =>
  html`<${Field} name=${name} label=${label} hint=${hint} odd=${odd} ...${view}>
    <select ...${inputOf(name, view, hint === undefined ? "" : `h-${name}`)}><${Options} entries=${entries} /></select>
  <//>`;
