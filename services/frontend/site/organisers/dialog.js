// Modal dialogs of the dashboard and the presenter.
import { html, useElement } from "../html.js";
import { phrase } from "../logic/i18n.js";
import { insteadOfDefault, withField } from "./events.js";
import { Button } from "./parts.js";

/** @import { Question } from "page-state" */
/** @import { Shortcuts } from "./keys.js" */

/**
 * A modal dialog. It stays in the page, so that the browser returns the focus to where it was. Escape, or a phone's back
 * gesture, asks `onClose` to close it, as a button does: if the browser closed it by itself, a dialog that is asked for in
 * the same frame would not be seen as another one, and would stay closed.
 * @param {{id: string, title: string, open: boolean, onClose: () => unknown, focusTitle?: boolean, children?: unknown, [attribute: string]: unknown}} props
 */
export function Dialog({ id, title, open, onClose, focusTitle = false, children, ...rest }) {
  // After each drawing, because some browsers close a dialog at the second Escape without a choice.
  const place = useElement((/** @type {HTMLDialogElement} */ dialog) => {
    if (open && !dialog.open) dialog.showModal();
    if (!open && dialog.open) dialog.close();
  });
  return html`<dialog class="dialog" id=${id} ref=${place} aria-labelledby=${`${id}-title`} onCancel=${insteadOfDefault(onClose)} ...${rest}>
    <h2 id=${`${id}-title`} tabindex=${focusTitle ? "-1" : undefined} autofocus=${focusTitle}>${title}</h2>
    ${children}
  </dialog>`;
}

/** The dialog that asks for a confirmation. @param {{asked: Question|null, onClose: () => unknown, [attribute: string]: unknown}} props */
export function Confirm({ asked, onClose, ...rest }) {
  function confirm() {
    onClose();
    asked?.work();
  }
  return html`<${Dialog} id="confirm" title=${asked?.title ?? ""} open=${asked !== null} onClose=${onClose} ...${rest}>
    ${asked?.questions.map((question) => html`<p class="dialog-question" key=${question} dir="auto">${question}</p>`)}
    ${asked?.tells.map((text) => html`<p key=${text}>${text}</p>`)}
    <div class="actions">
      <${Button} id="confirm-no" label=${asked?.no ?? ""} onPress=${onClose} />
      <${Button} id="confirm-yes" look="danger primary" label=${asked?.yes ?? ""} autofocus=${asked?.again} onPress=${confirm} />
    </div>
  <//>`;
}

/** The list of a page's shortcuts, and the choice whether they work. @param {{keys: Shortcuts, label: string, children?: unknown}} props */
export const KeyList = ({ keys, label, children }) => [
  html`<dl class="keys">${keys.list.map(({ name, acts, shown = Object.keys(acts).map((key) => key.toUpperCase()) }) => [
    html`<dt>${shown.map((key) => html`<kbd translate="no" dir="ltr">${key}</kbd>${" "}`)}</dt>`,
    html`<dd>${phrase(name)}</dd>`,
  ])}</dl>`,
  children,
  html`<label class="switch">
    <input type="checkbox" checked=${keys.areOn()} onChange=${withField(({ checked }) => keys.turn(checked))} />${" "}<span>${label}</span>
  </label>`,
];
