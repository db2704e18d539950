// Single-use codes on the stage: made, saved as a table, printed. They are in this page's memory and nowhere else.
import { Failure } from "../api.js";
import { selectedPoll } from "../logic/admin.js";
import { csvOfCodes, flawInCount } from "../logic/code-list.js";
import { $ } from "./dom.js";
import { createSigned } from "./session.js";
import { printSheets } from "./code-cards.js";

const LOOKS = 10; // a poll made a moment ago is known within seconds where codes are minted
const BETWEEN_MS = 1000;

/** @param {() => object} read the page's state @param {(action: object) => void} dispatch */
export function codesOf(read, dispatch) {
  const made = () => read().codes[read().selected];
  const kept = () => dispatch({ type: "codes_kept", poll_id: read().selected });

  async function make() {
    const { poll_id } = selectedPoll(read());
    const { body } = await asked(poll_id, Number($("codes-count").value));
    dispatch({ type: "codes_made", ...body });
  }

  function save() {
    const { selected } = read();
    const table = new Blob([csvOfCodes(location.origin, selected, made().codes)], { type: "text/csv" });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(table);
    link.download = `codes-${selected}.csv`;
    link.click();
    URL.revokeObjectURL(link.href);
    kept();
  }

  async function print() {
    const { poll_id, question } = selectedPoll(read());
    await printSheets(location.origin, poll_id, question, made().codes);
    kept();
  }

  /** What is wrong with the number in the field; said at the field. */
  const flaw = () => flawInCount($("codes-count").value);
  const unsaved = () => Object.values(read().codes).some((one) => !one.kept);

  return { make, save, print, flaw, unsaved };
}

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
