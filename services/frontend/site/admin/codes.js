// Single-use codes of the selected poll: generated, saved as CSV, printed. They are only in this page's memory.
import { Failure } from "../api.js";
import { selectedPoll } from "../logic/admin.js";
import { csvOfCodes, flawInCount } from "../logic/codes.js";
import { printCards } from "./code-cards.js";
import { $ } from "./dom.js";
import { createSigned } from "./session.js";

/** @import { CodesMinted } from "contracts" */
/** @import { AdminDispatch, ReadAdmin, Reply } from "page-state" */

const LOOKS = 10;
const BETWEEN_MS = 1000;

/** Return the actions on codes. @param {ReadAdmin} read @param {AdminDispatch} dispatch */
export function codesOf(read, dispatch) {
  const selected = () => read().selected ?? "";
  const made = () => read().codes[selected()];
  const kept = () => dispatch({ type: "codes_kept", poll_id: selected() });

  async function make() {
    const { body } = await asked(selected(), Number($("codes-count").value));
    dispatch({ type: "codes_made", ...body });
  }

  function save() {
    const table = new Blob([csvOfCodes(location.origin, selected(), made().codes)], { type: "text/csv" });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(table);
    link.download = `codes-${selected()}.csv`;
    link.click();
    URL.revokeObjectURL(link.href);
    kept();
  }

  async function print() {
    const question = selectedPoll(read())?.question ?? "";
    await printCards(location.origin, selected(), question, made().codes);
    kept();
  }

  /** Return the error in the number of codes. */
  const flaw = () => flawInCount($("codes-count").value);
  const unsaved = () => Object.values(read().codes).some((one) => !one.kept);

  return { make, save, print, flaw, unsaved };
}

/**
 * Request new codes. A new poll is known to the vote service within seconds: until then the request is retried.
 * @param {string} pollId
 * @param {number} count
 * @returns {Promise<Reply<CodesMinted>>}
 */
async function asked(pollId, count) {
  for (let look = 1; ; look += 1) {
    try {
      return await createSigned(`/admin/api/polls/${pollId}/codes`, { count });
    } catch (failure) {
      if (!(failure instanceof Failure) || failure.status !== 404 || look === LOOKS) throw failure;
      await new Promise((resolve) => setTimeout(resolve, BETWEEN_MS));
    }
  }
}
