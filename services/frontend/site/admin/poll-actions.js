// What is done to the poll on the stage. Each step is decided by the poll as it stands there: its revision goes along, and
// whoever was quicker is named. It is asked about first where it cannot be undone, and can be undone where that is safe.
import { selectedPoll, serverNow } from "../logic/admin.js";
import { secondsUntil } from "../logic/clock.js";
import { named } from "../logic/error-text.js";
import { lifecycleOf } from "../logic/poll-status.js";
import {
  askedBefore,
  revisionConflict,
  pollActionOf,
  pressOf,
  requestOf,
  saidOf,
  stepsFor,
  undoOf,
  wasCarriedOut,
} from "../logic/poll-actions.js";
import { now } from "../now.js";
import { block } from "./busy-buttons.js";
import { $, say, show, write } from "./dom.js";
import { planOf } from "./schedule-dialog.js";
import { callSigned } from "./session.js";

const PLANNED = ["schedule", "move", "until"]; // a time has to be given
const buttons = () => document.querySelectorAll("#steps [data-step]");

export function drawSteps({ busy, notice }, poll, lifecycle, at) {
  const offered = stepsFor(lifecycle, poll);
  const closing = (secondsUntil(poll.closes_at, at) ?? Infinity) <= 3;
  for (const button of buttons()) {
    show(button, offered.includes(button.dataset.step));
    block(button, busy.step || (closing && button.id === "close"));
  }
  // What a step did is old once the clock, or somebody, has taken the next one.
  const here = notice?.poll_id === poll.poll_id && (notice.lifecycle ?? lifecycle) === lifecycle ? notice : null;
  const trouble = here?.tone === "trouble";
  const news = trouble && $("refusal").hidden;
  show($("refusal"), trouble);
  write($("refusal-title"), trouble ? here.title : "");
  write($("refusal-text"), trouble ? here.text : "");
  if (news) $("refusal").scrollIntoView({ block: "nearest" }); // on a phone it may stand below what was pressed
  show($("done"), Boolean(here) && !trouble);
  write($("done-text"), here && !trouble ? here.text : "");
  show($("undo"), Boolean(here?.undo) && here.revision === poll.revision);
  block($("undo"), busy.step);
}

/**
 * @param {() => object} read the page's state
 * @param {(action: object) => void} dispatch
 * @param {(name: string, about: string, work: () => Promise<void>) => Promise<void>} attempt
 * @param {() => void} wake has the live connection look at once
 */
export function listenForSteps(read, dispatch, attempt, wake) {
  const at = () => serverNow(read(), now());
  const plan = planOf(read, at, take);
  let confirmed = null;
  let lost = null; // the press that had no answer: it may have been carried out

  /** @param {(failure: Error) => boolean} explain whether the refusal has been shown where the step was asked for */
  async function take(action, poll, explain = () => false) {
    await attempt("step", "step", async () => {
      dispatch({ type: "dismissed" });
      try {
        await send(action, poll);
      } catch (failure) {
        const press = pressOf(action, poll);
        const repeated = lost === press;
        if (failure.status === 0 || failure.status >= 500) lost = press;
        if (explain(failure)) return;
        if (failure.slug === "unknown-poll")
          gone(
            poll,
            repeated && action.step === "delete"
              ? saidOf(action, poll, now())
              : "Somebody deleted this poll meanwhile.",
          );
        else if (failure.slug === "revision-conflict") await decideAnew(action, poll, failure, repeated);
        else throw failure;
      }
    });
  }

  async function send(action, poll) {
    const { step, times } = action;
    if (step === "schedule" && times.closes_at === null) {
      const endless = await ask({ step: "extend", times }, poll);
      return send({ step, times: { opens_at: times.opens_at } }, endless);
    }
    const after = await ask(action, poll);
    if (step === "delete") return gone(poll, saidOf(action, poll, now()));
    return tellDone(action, poll, after);
  }

  function tellDone(action, poll, after) {
    const [text, undo, lifecycle] = [
      saidOf(action, after, now()),
      undoOf(action, poll, at()),
      lifecycleOf(after, at()),
    ];
    const notice = { tone: "done", text, undo, lifecycle, revision: after.revision };
    dispatch({ type: "noticed", notice });
    say(notice.undo ? `${notice.text} This can be undone.` : notice.text);
    return wake();
  }

  async function ask(action, poll) {
    const { method, path, body } = requestOf(action, poll);
    const answer = await callSigned(method, path, body);
    if (answer.body) dispatch({ type: "poll", poll: answer.body });
    return answer.body;
  }

  function gone({ poll_id }, text) {
    dispatch({ type: "poll_removed", poll_id, now: now() });
    dispatch({ type: "noticed", notice: { tone: "done", text } });
    say(text);
    wake(); // for what stands on the stage now
    $(read().selected ? "poll-details-question" : "f-question").focus();
  }

  /** The newer poll comes onto the stage, with who made it so; nothing is asked for again. */
  async function decideAnew(action, poll, { problem }, repeated) {
    const { poll_id, revision } = poll;
    const path = `/admin/api/polls/${poll_id}`;
    const auditLog = callSigned("GET", `/admin/api/audit?poll_id=${poll_id}`).catch(() => ({ body: { entries: [] } }));
    const { body } = await callSigned("GET", path);
    const { entries } = (await auditLog).body;
    const told = problem.detail && named(problem.detail, read().polls);
    const text = revisionConflict(entries, revision, told, now());
    dispatch({ type: "poll", poll: body });
    if (repeated && wasCarriedOut(action, entries, revision, read().username, body))
      return tellDone(action, poll, body);
    dispatch({ type: "noticed", notice: { tone: "trouble", title: "Changed meanwhile.", text } });
  }

  function confirm(action, poll, asked) {
    confirmed = [action, poll];
    write($("confirm-title"), asked.title);
    write($("confirm-text"), poll.question);
    $("confirm-tells").replaceChildren(...asked.tells.map(paragraph));
    write($("confirm-no"), asked.no);
    write($("confirm-yes"), asked.yes);
    $("confirm").showModal();
  }

  function begin(step) {
    const poll = selectedPoll(read());
    const asked = askedBefore(step, lifecycleOf(poll, at()));
    if (PLANNED.includes(step)) plan.open(step, poll);
    else if (asked) confirm(pollActionOf(step, poll), poll, asked);
    else take(pollActionOf(step, poll), poll);
  }

  for (const button of buttons()) button.addEventListener("click", () => begin(button.dataset.step));
  $("undo").addEventListener("click", () => {
    $("poll-details-question").focus(); // the button goes with what it undoes
    take(read().notice.undo, selectedPoll(read()));
  });
  $("refusal-ok").addEventListener("click", () => dispatch({ type: "dismissed" }));
  $("confirm-no").addEventListener("click", () => $("confirm").close());
  $("confirm-yes").addEventListener("click", () => {
    $("confirm").close();
    take(...confirmed);
  });
}

function paragraph(text) {
  const element = document.createElement("p");
  element.textContent = text;
  return element;
}
