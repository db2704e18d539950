// Dark or light by a key, independent of the system's preference: a projector in a bright room needs the light palette.
const DARK = "(prefers-color-scheme: dark)";
const system = matchMedia(DARK);

/** The rules of the dark palette. They have one home, the style sheet, so a choice changes when they apply. */
const palettes = () =>
  [...document.styleSheets]
    .flatMap((sheet) => [...sheet.cssRules])
    .filter((rule) => rule instanceof CSSMediaRule && (rule.conditionText === DARK || chosen.has(rule)))
    .map((rule) => /** @type {CSSMediaRule} */ (rule));

/** @type {Set<CSSRule>} */
const chosen = new Set();
/** @type {boolean|null} */
let dark = null;

export function toggleTheme() {
  dark = !(dark ?? system.matches);
  for (const rule of palettes()) {
    chosen.add(rule);
    rule.media.mediaText = dark ? "all" : "not all";
  }
  document.documentElement.style.colorScheme = dark ? "dark" : "light";
}
