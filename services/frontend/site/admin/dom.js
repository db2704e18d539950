// Finds what the page is made of, and writes on it. Text only ever goes in as text.
export const $ = (id) => document.getElementById(id);

export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export function show(element, visible) {
  if (element.hidden !== visible) return;
  const within = element.contains(document.activeElement);
  element.hidden = !visible;
  if (within && !visible) $("stage-question").focus(); // whoever was in there is not left nowhere
}

/** Tell whoever listens to the page instead of looking at it. */
export const say = (text) => write($("said"), text);
