// The page that checks receipts: connects state, drawing and the checks. Its only stateful module.
import { initialState, isAwaited, reduce } from "../logic/verify.js";
import { now } from "../now.js";
import { offerLanguages, startLanguage } from "../start-language.js";
import { checkCertificate, checkFile, checkReceipt } from "./checking.js";
import english from "./locales/en.js";
import { readFile } from "./log-files.js";
import { PUBLISHED } from "./published.js";
import { canScan, scan } from "./scan.js";
import { draw, languageList, listen, putCertificateFirst } from "./view.js";

/** @import { CheckOutcome, VerifyAction } from "page-state" */

const AGAIN_MS = 15_000;

const root = document.documentElement.dataset; // read by start.js
root.started = "";

let state = initialState(location);
if (state.poll && !state.text) putCertificateFirst();
let worded = false; // the page draws nothing before its language is known

/** @param {VerifyAction} action */
function dispatch(action) {
  state = reduce(state, action);
  redraw();
}

function redraw() {
  if (!worded) return;
  draw(state, now(), { canScan });
  root.drawn = "";
}

/**
 * Run a check and show its outcome.
 * @param {() => Promise<CheckOutcome>} work
 * @param {boolean} quiet the outcome before stays until then
 */
async function run(work, quiet = false) {
  dispatch({ type: "started", quiet });
  const { check } = state;
  dispatch({ type: "found", check, outcome: await work() });
}

const check = (quiet = false) => run(() => checkReceipt(state.text, state.poll), quiet);

/** Check the receipt; without one, the certificate of the poll. */
function start(quiet = false) {
  const { text, poll } = state;
  if (text) check(quiet);
  else if (poll) run(() => checkCertificate(poll), quiet);
}

/** @param {File} picture */
async function scanned(picture) {
  const text = await scan(picture);
  if (text === null) return run(async () => ({ kind: "nothing_scanned" }));
  dispatch({ type: "typed", text });
  return check();
}

listen({
  typed: (text) => dispatch({ type: "typed", text }),
  check: () => check(),
  everywhere() {
    dispatch({ type: "everywhere" });
    check();
  },
  suggested(receipt) {
    dispatch({ type: "typed", text: receipt });
    check();
  },
  file: (file) => run(() => checkFile(file, state.text)),
  picture: scanned,
  proof: () => (state.outcome && "proof" in state.outcome ? state.outcome.proof : null),
});
addEventListener("hashchange", () => location.reload()); // another receipt, in the same tab
setInterval(() => {
  if (isAwaited(state.outcome) && !document.hidden) start(true);
}, AGAIN_MS);

await startLanguage(redraw, { folder: "/verify/locales", english, published: PUBLISHED });
offerLanguages(languageList, redraw);
worded = true;
redraw();
start();
readFile("/logs/keys.json").catch(() => {}); // so that a proof can be checked offline later
