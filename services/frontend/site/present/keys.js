// The shortcuts of the presenter.
import { shortcuts } from "../organisers/keys.js";
import { askForNext, askToClose, cancelOpening, closeIn, turn, turnResults } from "./actions.js";
import { enlarge, full, help } from "./controls.js";
import { savePicture } from "./picture.js";
import { toggleTheme } from "./theme.js";

const REMOTE = { PageDown: () => turnResults(true), PageUp: () => turnResults(false) };
const TIMER = {
  t: () => closeIn("in_30"),
  1: () => closeIn("in_60"),
  2: () => closeIn("in_120"),
  5: () => closeIn("in_300"),
};

export const keys = shortcuts("tot.present.keys.off", [
  { name: "present.key_results", acts: { r: turn } },
  { name: "present.key_remote", acts: REMOTE, shown: ["Page ↓", "Page ↑"] },
  { name: "present.key_code", acts: { q: enlarge } },
  { name: "present.key_full", acts: { f: full } },
  { name: "present.key_close", acts: { c: askToClose } },
  { name: "present.key_cancel", acts: { x: cancelOpening } },
  { name: "present.key_next", acts: { n: askForNext } },
  { name: "present.key_timer", acts: TIMER, shown: ["T", "1", "2", "5"] },
  { name: "present.key_picture", acts: { s: savePicture } },
  { name: "present.key_theme", acts: { d: toggleTheme } },
  { name: "present.key_help", acts: { "?": help } },
]);
