// Finds what the page is made of, and writes on it. Text only ever goes in as text.
export const $ = (id) => document.getElementById(id);

export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Tell whoever listens to the page instead of looking at it. */
export const say = (text) => write($("said"), text);
