// A modal dialog of the dashboard and the presenter.
import { html, useLayoutEffect, useRef } from "../html.js";

/**
 * A modal dialog. It stays in the page, so that the browser returns the focus to where it was. Escape, or a phone's back
 * gesture, asks `onClose` to close it, as a button does: if the browser closed it by itself, a dialog that is asked for in
 * the same frame would not be seen as another one, and would stay closed.
 * @param {{id: string, title: string, open: boolean, onClose: () => unknown, focusTitle?: boolean, children?: unknown, [attribute: string]: unknown}} props
 */
export function Dialog({ id, title, open, onClose, focusTitle = false, children, ...rest }) {
  /** @type {{current: HTMLDialogElement|null}} */
  const place = useRef(null);
  // After each drawing, because some browsers close a dialog at the second Escape without a choice.
  useLayoutEffect(() => {
    if (open && !place.current?.open) place.current?.showModal();
    if (!open && place.current?.open) place.current.close();
  });
  /** @param {Event} event */
  function cancel(event) {
    event.preventDefault();
    onClose();
  }
  return html`<dialog class="dialog" id=${id} ref=${place} aria-labelledby=${`${id}-title`} onCancel=${cancel} ...${rest}>
    <h2 id=${`${id}-title`} tabindex=${focusTitle ? "-1" : undefined} autofocus=${focusTitle}>${title}</h2>
    ${children}
  </dialog>`;
}
