// Busy buttons: they keep their place and the focus, and pressing them does nothing.

/** Mark a button as busy. @param {HTMLElement} button @param {boolean|undefined} blocked */
export function block(button, blocked) {
  button.setAttribute("aria-disabled", String(Boolean(blocked)));
}

/** Ignore activations of busy buttons: a click, a key and a form's Enter all come as a click on the button. */
export function ignoreBlocked() {
  addEventListener(
    "click",
    (event) => {
      if (!(event.target instanceof Element && event.target.closest('button[aria-disabled="true"]'))) return;
      event.preventDefault();
      event.stopImmediatePropagation();
    },
    { capture: true },
  );
}
