// The dialogs of the page: confirmations and the help on the keyboard.
import { html } from "../html.js";
import { phrase } from "../logic/i18n.js";
import { Dialog } from "../organisers/dialog.js";
import { device } from "../storage.js";
import { KEYS, KEYS_OFF } from "./keys.js";
import { removeMember } from "./members.js";
import { Button } from "./parts.js";
import { take } from "./poll-actions.js";
import { ScheduleDialog } from "./schedule-dialog.js";
import { dispatch } from "./store.js";

/** @import { AdminState } from "page-state" */

const close = () => dispatch({ type: "dialog", dialog: null });

/** @param {{state: AdminState}} props */
export const Dialogs = ({ state }) => [
  html`<${ConfirmAction} state=${state} />`,
  html`<${ScheduleDialog} state=${state} />`,
  html`<${ConfirmRemoval} state=${state} />`,
  html`<${Help} state=${state} />`,
];

/** @param {{state: AdminState}} props */
function ConfirmAction({ state }) {
  const dialog = state.dialog?.kind === "confirm" ? state.dialog : null;
  function confirm() {
    close();
    if (dialog) take(dialog.action, dialog.poll);
  }
  return html`<${Dialog} id="confirm" title=${dialog?.asked.title ?? ""} open=${dialog !== null} onClose=${close}>
    <p class="dialog-question" id="confirm-text" dir="auto">${dialog?.poll.question ?? ""}</p>
    <div class="tells" id="confirm-tells">${dialog?.asked.tells.map((text) => html`<p key=${text}>${text}</p>`)}</div>
    <div class="actions">
      <${Button} id="confirm-no" label=${dialog?.asked.no ?? ""} onPress=${close} />
      <${Button} id="confirm-yes" look="danger primary" label=${dialog?.asked.yes ?? ""} onPress=${confirm} />
    </div>
  <//>`;
}

/** @param {{state: AdminState}} props */
function ConfirmRemoval({ state }) {
  const dialog = state.dialog?.kind === "remove" ? state.dialog : null;
  function remove() {
    close();
    if (dialog) removeMember(dialog.name);
  }
  return html`<${Dialog} id="confirm-remove" title=${dialog ? phrase("account.remove_title", { name: dialog.name }) : ""} open=${dialog !== null} onClose=${close}>
    <p>${phrase("account.remove_effect")}</p>
    <p>${phrase("account.remove_log")}</p>
    <div class="actions">
      <${Button} id="remove-no" label=${phrase("account.keep")} onPress=${close} />
      <${Button} id="remove-yes" look="danger primary" label=${phrase("app.remove")} onPress=${remove} />
    </div>
  <//>`;
}

/** @param {{state: AdminState}} props */
function Help({ state }) {
  const open = state.dialog?.kind === "help";
  /** @param {Event} event */
  const turn = ({ target }) => device.set(KEYS_OFF, /** @type {HTMLInputElement} */ (target).checked ? "" : "off");
  return html`<${Dialog} id="help" title=${phrase("shortcut.title")} open=${open} onClose=${close}>
    <dl class="figures">${KEYS.map(({ key, name }) => [html`<dt><kbd>${key.toUpperCase()}</kbd></dt>`, html`<dd>${phrase(name)}</dd>`])}</dl>
    <label class="filter"><input type="checkbox" id="keys-on" checked=${device.get(KEYS_OFF) !== "off"} onChange=${turn} />${" "}<span>${phrase("shortcut.on")}</span></label>
    <div class="actions"><${Button} id="help-close" label=${phrase("app.ok")} onPress=${close} /></div>
  <//>`;
}
