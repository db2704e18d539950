// Which key was pressed, by its place, on any keyboard layout. No I/O, no DOM.

/**
 * The name of a key as the shortcuts name it. A keyboard of Latin letters is taken by what it writes, so that AZERTY and
 * Dvorak have their letters where they are printed; one of another script by the place of the key, which bears the Latin
 * letter as well.
 * @param {{key: string, code: string, shiftKey?: boolean}} event of the keyboard
 */
export function nameOf({ key, code = "", shiftKey = false }) {
  if (key.length > 1 && key !== "Dead" && key !== "Process" && key !== "Unidentified") return key;
  if (/^[a-z?]$/i.test(key)) return key.toLowerCase();
  if (code === "Slash" && shiftKey) return "?";
  return /^Key([A-Z])$/.exec(code)?.[1].toLowerCase() ?? key;
}
