// Single-use codes of the selected poll: generated, saved as CSV, printed. They are only in this page's memory.
import { Failure } from "../api.js";
import { html } from "../html.js";
import { codesHint, csvOfCodes, flawInCount, MAX_AT_ONCE } from "../logic/codes.js";
import { phrase } from "../logic/i18n.js";
import { insteadOfDefault, withField } from "../organisers/events.js";
import { Button, ErrorText, Hint } from "../organisers/parts.js";
import { saveFile } from "../organisers/save-file.js";
import { createSigned } from "../organisers/session.js";
import { printCards } from "./code-cards.js";
import { attempt, dispatch, focusOn, read, selected, update } from "./store.js";

/** @import { CodesMinted, Poll } from "contracts" */
/** @import { PollView } from "page-state" */

const LOOKS = 10;
const BETWEEN_MS = 1000;

/** @param {PollView} view */
export function CodesPanel({ state, poll, lifecycle }) {
  const made = state.codes[poll.poll_id];
  const lasts = lifecycle !== "closed" && lifecycle !== "archived";
  if (poll.policy !== "code" || !(lasts || made)) return null;
  const { count, error } = state.codesForm;
  return html`<section class="codes" id="codes" aria-labelledby="codes-title">
    <div role="status">
      <h2 id="codes-title">${phrase("single.title")}</h2>
      <${Hint} id="codes-detail" text=${codesHint(made)} />
    </div>
    ${
      lasts &&
      html`<form class="actions" id="codes-form" data-needs="polls.edit" novalidate onSubmit=${generate}>
        <label for="codes-count">${phrase("single.how_many")}</label>
        <input id="codes-count" type="number" min="1" max=${MAX_AT_ONCE} step="1" value=${count} inputmode="numeric" autocomplete="off"
          aria-describedby="codes-error" aria-invalid=${String(Boolean(error))}
          onInput=${withField(({ value }) => update("codesForm", { count: value, error: "" }))} />
        <${Button} type="submit" look="small" id="codes-make" label=${phrase("single.generate")} busy=${state.busy.codes} />
      </form>`
    }
    <${ErrorText} id="codes-error" alert text=${error} />
    ${
      made &&
      html`<div class="actions" id="codes-made">
        <${Button} look="small primary" id="codes-csv" label=${phrase("single.csv")} onPress=${() => save(poll)} />
        <${Button} look="small" id="codes-print" label=${phrase("single.print")} busy=${state.busy.sheet} onPress=${() => print(poll)} />
      </div>`
    }
  </section>`;
}

/** Return whether codes would be lost with this page. */
export const hasUnsavedCodes = () => Object.values(read().codes).some((one) => !one.kept);

const generate = insteadOfDefault(() => {
  const { count } = read().codesForm;
  const error = flawInCount(count);
  update("codesForm", { error });
  if (error) return focusOn("codes-count");
  return attempt("codes", async () => {
    dispatch({ type: "codes_made", ...(await asked(selected()?.poll_id ?? "", Number(count))) });
  });
});

/** @param {Poll} poll */
function save({ poll_id }) {
  const table = new Blob([csvOfCodes(location.origin, poll_id, read().codes[poll_id].codes)], { type: "text/csv" });
  saveFile(table, `codes-${poll_id}.csv`);
  dispatch({ type: "codes_kept", poll_id });
}

/** @param {Poll} poll */
const print = ({ poll_id, question }) =>
  attempt("sheet", async () => {
    await printCards(location.origin, poll_id, question, read().codes[poll_id].codes);
    dispatch({ type: "codes_kept", poll_id });
  });

/**
 * Request new codes. A new poll is known to the vote service within seconds: until then the request is retried.
 * @param {string} pollId
 * @param {number} count
 * @returns {Promise<CodesMinted>}
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
