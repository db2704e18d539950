// The dialogs of the page: confirmations, the times of a poll and the help on the keyboard.
import { html } from "../html.js";
import { phrase } from "../logic/i18n.js";
import { Confirm, Dialog, KeyList } from "../organisers/dialog.js";
import { Button } from "../organisers/parts.js";
import { keys } from "./keys.js";
import { ScheduleDialog } from "./schedule-dialog.js";
import { dispatch } from "./store.js";

/** @import { AdminState } from "page-state" */

const close = () => dispatch({ type: "dialog", dialog: null });

/** @param {{state: AdminState}} props */
export const Dialogs = ({ state: { dialog, busy } }) => [
  html`<${Confirm} asked=${dialog?.kind === "confirm" ? dialog.asked : null} onClose=${close} />`,
  html`<${ScheduleDialog} dialog=${dialog?.kind === "times" ? dialog : null} busy=${busy.step} onClose=${close} />`,
  html`<${Dialog} id="help" title=${phrase("shortcut.title")} open=${dialog?.kind === "help"} onClose=${close}>
    <${KeyList} keys=${keys} label=${phrase("shortcut.on")} />
    <div class="actions"><${Button} id="help-close" label=${phrase("app.ok")} onPress=${close} /></div>
  <//>`,
];
