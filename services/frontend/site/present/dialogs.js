// The dialogs of the presenter: a confirmation, and the help with its keys.
import { html } from "../html.js";
import { phrase } from "../logic/i18n.js";
import { nameOf } from "../logic/key-names.js";
import { isPublic } from "../logic/present.js";
import { Confirm, Dialog, KeyList } from "../organisers/dialog.js";
import { Button } from "../organisers/parts.js";
import { keys } from "./keys.js";
import { copyPicture, saveCode } from "./picture.js";
import { set } from "./store.js";

/** @import { Phase, PresenterState } from "page-state" */

const dismiss = () => set({ asked: null });
const closeHelp = () => set({ helping: false });

const RULE = {
  always: "present.rule_always",
  after_vote: "present.rule_after_vote",
  after_close: "present.rule_after_close",
  never: "present.rule_never",
};
/** @param {{state: PresenterState, phase: Phase|"none"}} props */
export function Dialogs({ state: { poll, asked, helping }, phase }) {
  /** @param {KeyboardEvent} event */
  function again(event) {
    if (!asked?.again || nameOf(event) !== asked.again) return;
    dismiss();
    asked.work();
  }
  const hidden = poll !== null && phase !== "none" && !isPublic(poll, phase);
  const rules = poll ? [phrase(RULE[poll.result_visibility]), hidden ? phrase("present.rule_hidden") : ""] : [];
  return html`
    <${Confirm} asked=${asked} onClose=${dismiss} onKeyDown=${again} />
    <${Dialog} id="helping" title=${phrase("present.keys_title")} open=${helping} focusTitle onClose=${closeHelp}>
      <${KeyList} keys=${keys} label=${phrase("present.keys_on")}>
        <p class="hint" id="rule">${rules.join(" ")}</p>
      <//>
      <div class="actions">
        <${Button} id="copy-picture" label=${phrase("present.copy_picture")} hidden=${phase !== "closed"} onPress=${copyPicture} />
        <${Button} id="save-code" label=${phrase("present.save_code")} onPress=${saveCode} />
        <${Button} look="primary" label=${phrase("present.close_help")} onPress=${closeHelp} />
      </div>
    <//>
  `;
}
