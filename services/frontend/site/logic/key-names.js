// Names of keys on any keyboard layout. No I/O, no DOM.

/**
 * Return the name of a pressed key, as the shortcuts use it. On a keyboard of Latin letters that is its character, so
 * that AZERTY and Dvorak have their letters where they are printed; on one of another script it is the Latin letter of
 * its position.
 * @param {{key: string, code?: string, shiftKey?: boolean}} event of the keyboard
 */
export function nameOf({ key, code = "", shiftKey = false }) {
  if (key.length > 1 && key !== "Dead" && key !== "Process" && key !== "Unidentified") return key;
  if (/^[a-z?]$/i.test(key)) return key.toLowerCase();
  if (code === "Slash" && shiftKey) return "?";
  return /^Key([A-Z])$/.exec(code)?.[1].toLowerCase() ?? key;
}
