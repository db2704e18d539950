// The form that a poll is written in: drawn, typed in, kept in this tab, sent.
import { serverNow } from "../logic/admin.js";
import { errorsIn, pollOf } from "../logic/form.js";
import { block } from "./blocked.js";
import { $, say, write } from "./dom.js";
import { drawPreview } from "./preview.js";
import { callSigned } from "./session.js";

const DRAFT = "tot.admin.form";

/** What each policy is worth, said while it is chosen. */
const ABOUT_POLICY = {
  device: "Nothing to prepare. Whoever clears cookies or takes another browser can vote again.",
  code: "The strongest: you hand a single-use code to each voter. Make the codes once the draft is there.",
  network: "Locks people out: in a school, an office or a home all share one vote. And another network is another vote.",
};

export function drawForm({ form, errors, busy }) {
  for (const [field, value] of Object.entries(form)) {
    const input = $(`f-${field}`);
    if (input.value !== value) input.value = value;
    input.setAttribute("aria-invalid", String(Boolean(errors[field])));
    write($(`e-${field}`), errors[field] ?? "");
  }
  drawPreview(form);
  write($("h-policy"), ABOUT_POLICY[form.policy] ?? "");
  $("h-policy").dataset.warning = String(form.policy === "network");
  const time = form.closes_at ? new Date(form.closes_at) : null;
  write($("h-closes_at"), time && !Number.isNaN(time.valueOf()) ? `${time.toISOString().slice(0, 16).replace("T", " ")} UTC` : "");
  block($("create"), busy.create);
}

/**
 * @param {() => object} read the page's state
 * @param {(action: object) => void} dispatch
 * @param {(name: string, about: string, work: () => Promise<void>) => Promise<void>} attempt
 */
export function formOf(read, dispatch, attempt) {
  const create = () =>
    attempt("create", "form", async () => {
      const { body } = await callSigned("POST", "/admin/api/polls", pollOf(read().form));
      dispatch({ type: "created", poll: body });
      sessionStorage.removeItem(DRAFT);
      say("Draft created.");
      $("open").focus();
    });

  function submit() {
    const state = read();
    if (state.busy.create) return;
    const errors = errorsIn(state.form, serverNow(state, Date.now()));
    dispatch({ type: "incomplete", errors });
    const [first] = Object.keys(errors);
    if (first) $(`f-${first}`).focus();
    else create();
  }

  function typed({ name, value }) {
    dispatch({ type: "typed", field: name, value });
    sessionStorage.setItem(DRAFT, JSON.stringify(read().form)); // survives the way to the sign-in page and back
  }

  function restore() {
    const draft = JSON.parse(sessionStorage.getItem(DRAFT) ?? "{}");
    for (const field of Object.keys(read().form)) {
      if (typeof draft[field] === "string") dispatch({ type: "typed", field, value: draft[field] });
    }
  }

  return { submit, typed, restore };
}
