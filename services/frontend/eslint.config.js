// Checks the documented browser floor: every feature of the pages was in every engine by the end of 2022 (Baseline 2022).
// Newer features are listed here, with the reason why a page works without them.
import css from "@eslint/css";
import baseline from "eslint-plugin-baseline-js";

const available = 2022;
const preset = { preset: "auto" };

/** Used only where it is available. */
const GUARDED = [
  "cookie-enabled", // older engines always report true; then the refusal of the API has the same text
  "async-clipboard", // otherwise the link is shown for copying by hand
  "screen-wake-lock", // otherwise the presenter's screen may go dark
  "share", // otherwise the link is copied
  "createimagebitmap", // for BarcodeDetector, which no floor has; otherwise the receipt is typed
  "hardware-concurrency", // otherwise one core is assumed
  // In every engine since 2021. Its entry waits for a fault of WebKit with modules that import each other while they
  // wait; a page of this site is one bundled module.
  "top-level-await",
];

/** Decoration: a page is complete without these. */
const PROPERTIES = [
  "accent-color",
  "forced-color-adjust",
  "hyphens",
  "outline",
  "resize",
  "text-wrap",
  "user-select",
  "zoom",
];

export default [
  { ignores: ["site/vendor/**"] },
  {
    files: ["site/**/*.js"],
    plugins: { baseline },
    rules: {
      "baseline/use-baseline": [
        "error",
        { available, ignoreFeatures: GUARDED, includeWebApis: preset, includeJsBuiltins: preset },
      ],
    },
  },
  {
    files: ["site/start.js"], // it runs in older browsers, to show a notice
    languageOptions: { ecmaVersion: 5, sourceType: "script" },
  },
  {
    files: ["site/**/*.css"],
    plugins: { css },
    language: "css/css",
    rules: {
      "css/use-baseline": [
        "error",
        {
          available,
          allowProperties: PROPERTIES,
          allowPropertyValues: { "text-align": ["match-parent"] },
          allowSelectors: ["has", "dir"], // the place of an image, and letters of joined scripts: decoration
          allowFunctions: ["color-mix"], // the stripes of the second option: decoration
          allowAtRules: ["page"], // margins of printed codes
        },
      ],
    },
  },
];
