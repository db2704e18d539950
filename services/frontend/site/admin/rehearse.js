// Rehearses a draft: opens a copy of it that the server deletes at its end.
import { formFrom, pollOf } from "../logic/form.js";
import { phrase } from "../logic/i18n.js";
import { callSigned, createSigned } from "./session.js";
import { attempt, dispatch, notify, selected, wake } from "./store.js";
import { ZONE } from "./zone.js";

/** @import { Poll } from "contracts" */
/** @import { Reply } from "page-state" */

export const rehearse = () =>
  attempt("step", "step", async () => {
    const draft = selected();
    if (!draft) return;
    const body = { ...pollOf(formFrom({ ...draft, opens_at: null, closes_at: null }, ZONE), ZONE), rehearsal: true };
    /** @type {Reply<Poll>} */
    const { body: copy } = await createSigned("/admin/api/polls", body);
    const path = `/admin/api/polls/${copy.poll_id}`;
    try {
      /** @type {Reply<Poll>} */
      const { body: opened } = await callSigned("POST", `${path}/open`, { revision: copy.revision });
      dispatch({ type: "poll", poll: opened });
      dispatch({ type: "select", poll_id: opened.poll_id });
      notify(phrase("act.rehearsing"));
      wake();
    } catch (failure) {
      await callSigned("DELETE", `${path}?revision=${copy.revision}`).catch(() => {}); // refused: nothing is left of it
      throw failure;
    }
  });
