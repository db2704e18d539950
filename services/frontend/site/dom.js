// Writes on a page. What was written is remembered and never read back: a translator or an extension may have changed what
// stands there, and a page that compares would write for ever against it, and be read out for ever.
const texts = new WeakMap();
const attributes = new WeakMap();
const hidden = new WeakMap();
let title = null;

export const $ = (id) => document.getElementById(id);

/** A text that has not changed is left alone, so that a screen reader does not read it again. Text only, never markup. */
export function write(element, text) {
  if (texts.get(element) === text) return;
  texts.set(element, text);
  element.textContent = text;
}

/** The same for an attribute that is read out, or translated. */
export function describe(element, name, text) {
  const known = attributes.get(element) ?? {};
  if (known[name] === text) return;
  attributes.set(element, { ...known, [name]: text });
  element.setAttribute(name, text);
}

/** @returns {boolean} whether it has changed */
export function show(element, visible) {
  if (hidden.get(element) === !visible) return false;
  hidden.set(element, !visible);
  element.hidden = !visible;
  return true;
}

export function entitle(text) {
  if (title === text) return;
  title = text;
  document.title = text;
}
