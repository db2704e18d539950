// The dialogs of the presenter: a confirmation, and the help with its keys.
import { fieldOf } from "../dom.js";
import { html } from "../html.js";
import { phrase } from "../logic/i18n.js";
import { nameOf } from "../logic/key-names.js";
import { isPublic } from "../logic/present.js";
import { Dialog } from "../organisers/dialog.js";
import { areKeysOn, turnKeys } from "./keys.js";
import { copyPicture, saveCode } from "./picture.js";
import { set } from "./store.js";

/** @import { Phase, PresenterState } from "page-state" */

const dismiss = () => set({ asked: null });
const closeHelp = () => set({ helping: false });

/** @param {{asked: PresenterState["asked"]}} props */
export function Confirm({ asked }) {
  const yes = () => {
    dismiss();
    asked?.work();
  };
  /** @param {KeyboardEvent} event */
  const again = (event) => asked?.next && nameOf(event) === "n" && yes();
  return html`
    <${Dialog} id="confirm" title=${asked?.title ?? ""} open=${asked !== null} onClose=${dismiss} onKeyDown=${again}>
      <p class="dialog-question" dir="auto">${asked?.question}</p>
      <p class="dialog-question" dir="auto">${asked?.next}</p>
      <p>${phrase("present.close_effect")}</p>
      <div class="actions">
        <button type="button" class="button" autofocus=${!asked?.next} onClick=${dismiss}>${phrase("present.close_keep")}</button>
        <button type="button" class="button danger primary" autofocus=${Boolean(asked?.next)} onClick=${yes}>${asked?.yes}</button>
      </div>
    <//>
  `;
}

const RULE = {
  always: "present.rule_always",
  after_vote: "present.rule_after_vote",
  after_close: "present.rule_after_close",
  never: "present.rule_never",
};
/** @type {[string[], string][]} */
const KEYS = [
  [["R"], "present.key_results"],
  [["Page ↓", "Page ↑"], "present.key_remote"],
  [["Q"], "present.key_code"],
  [["F"], "present.key_full"],
  [["C"], "present.key_close"],
  [["X"], "present.key_cancel"],
  [["N"], "present.key_next"],
  [["T", "1", "2", "5"], "present.key_timer"],
  [["S"], "present.key_picture"],
  [["D"], "present.key_theme"],
  [["?"], "present.key_help"],
];

/** @param {{state: PresenterState, phase: Phase|"none"}} props */
export function Help({ state: { poll, helping }, phase }) {
  const hidden = poll !== null && phase !== "none" && !isPublic(poll, phase);
  const rules = poll ? [phrase(RULE[poll.result_visibility]), hidden ? phrase("present.rule_hidden") : ""] : [];
  return html`
    <${Dialog} id="helping" title=${phrase("present.keys_title")} open=${helping} focusTitle onClose=${closeHelp}>
      <dl class="keys">
        ${KEYS.map(
          ([keys, name]) => html`
            <dt>${keys.map((key) => html`<kbd translate="no" dir="ltr">${key}</kbd>${" "}`)}</dt>
            <dd>${phrase(name)}</dd>
          `,
        )}
      </dl>
      <p class="hint" id="rule">${rules.join(" ")}</p>
      <label class="switch">
        <input type="checkbox" checked=${areKeysOn()} onChange=${(/** @type {Event} */ event) => turnKeys(fieldOf(event).checked)} />
        ${" "}<span>${phrase("present.keys_on")}</span>
      </label>
      <div class="actions">
        <button type="button" class="button" id="copy-picture" hidden=${phase !== "closed"} onClick=${copyPicture}>
          ${phrase("present.copy_picture")}
        </button>
        <button type="button" class="button" id="save-code" onClick=${saveCode}>${phrase("present.save_code")}</button>
        <button type="button" class="button primary" onClick=${closeHelp}>${phrase("present.close_help")}</button>
      </div>
    <//>
  `;
}
