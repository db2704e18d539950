// Buttons that have to wait: they stay where they are and keep the focus, and pressing them does nothing.

/** @param {HTMLElement} button */
export function block(button, blocked) {
  button.setAttribute("aria-disabled", String(Boolean(blocked)));
}

/** A click, a key and a form's Enter all come as a click on the button. */
export function ignoreBlocked() {
  addEventListener(
    "click",
    (event) => {
      if (!event.target.closest?.('button[aria-disabled="true"]')) return;
      event.preventDefault();
      event.stopImmediatePropagation();
    },
    { capture: true },
  );
}
