// Rehearses a draft: opens a copy of it that the server deletes at its end.
import { formFrom, pollOf } from "../logic/form.js";
import { phrase } from "../logic/i18n.js";
import { wake } from "../organisers/live-connection.js";
import { sendAction } from "../organisers/polls.js";
import { createSigned } from "../organisers/session.js";
import { attempt, dispatch, notify, refusedAt, selected } from "./store.js";

/** @import { Poll } from "contracts" */

export const rehearse = () => attempt("step", openCopy, refusedAt("step"));

async function openCopy() {
  const draft = selected();
  if (!draft) return;
  const settings = pollOf(formFrom({ ...draft, opens_at: null, closes_at: null }));
  /** @type {Poll} */
  const copy = await createSigned("/admin/api/polls", { ...settings, rehearsal: true });
  try {
    const poll = await sendAction({ step: "open" }, copy);
    dispatch({ type: "poll", poll });
    dispatch({ type: "select", poll_id: poll.poll_id });
    notify(phrase("act.rehearsing"));
    wake();
  } catch (failure) {
    await sendAction({ step: "delete" }, copy).catch(() => {}); // refused: nothing is left of it
    throw failure;
  }
}
