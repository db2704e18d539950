// What is done to the poll on the stage: opened, closed, archived; asked about first where it cannot be undone.
import { selectedPoll } from "../logic/admin.js";
import { ASKED, SAID } from "../logic/steps.js";
import { $, say } from "./dom.js";
import { callSigned } from "./session.js";

/**
 * @param {() => object} read the page's state
 * @param {(action: object) => void} dispatch
 * @param {(name: string, about: string, work: () => Promise<void>) => Promise<void>} attempt
 * @param {() => void} wake has the live connection look at once
 */
export function listenForSteps(read, dispatch, attempt, wake) {
  let asked = null;

  const take = (step) =>
    attempt(step, "poll", async () => {
      const { body } = await callSigned("POST", `/admin/api/polls/${read().selected}/${step}`);
      dispatch({ type: "poll", poll: body });
      dispatch({ type: "dismissed" });
      say(SAID[step]);
      wake();
    });

  function ask(step) {
    asked = step;
    const { title, tells, no, yes } = ASKED[step];
    $("confirm-title").textContent = title;
    $("confirm-text").textContent = selectedPoll(read()).question;
    $("confirm-tells").replaceChildren(...tells.map(paragraph));
    $("confirm-no").textContent = no;
    $("confirm-yes").textContent = yes;
    $("confirm").showModal();
  }

  $("open").addEventListener("click", () => take("open"));
  $("close").addEventListener("click", () => ask("close"));
  $("archive").addEventListener("click", () => ask("archive"));
  $("confirm-no").addEventListener("click", () => $("confirm").close());
  $("confirm-yes").addEventListener("click", () => {
    $("confirm").close();
    take(asked);
  });
}

function paragraph(text) {
  const element = document.createElement("p");
  element.textContent = text;
  return element;
}
