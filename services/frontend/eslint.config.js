// The documented browser floor, checked: what the pages use was in every engine by the end of 2022 (Baseline 2022).
// A feature that is newer stands here with the reason why a page without it still works.
import css from "@eslint/css";
import baseline from "eslint-plugin-baseline-js";

const available = 2022;
const preset = { preset: "auto" };

/** Used behind a check, or only where it is there. */
const GUARDED = [
  "cookie-enabled", // older engines say yes; then the refusal of the API is put into the same words
  "async-clipboard", // else the link is shown to be copied by hand
  "screen-wake-lock", // else the wall's screen may go dark
  "share", // else the link is copied
  "hardware-concurrency", // else one core is assumed
  // In every engine since 2021. Its entry waits for a fault of WebKit with modules that import each other while they
  // wait; a page of ours is one module, bundled.
  "top-level-await",
];

/** Decoration and comfort: without them a page is plainer, and whole. */
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
    files: ["site/start.js"], // it tells older browsers so, and must run in them
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
          allowSelectors: ["has", "dir"], // a picture beside its label, and letters of joined scripts: they only look better
          allowFunctions: ["color-mix"], // stripes of the second option, beside its shape and its label
          allowAtRules: ["page"], // margins of printed codes
        },
      ],
    },
  },
];
