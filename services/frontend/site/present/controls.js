// The buttons of the presenter, each with its key.
import { html } from "../html.js";
import { phrase } from "../logic/i18n.js";
import { alertOf, countsShown, may } from "../logic/present.js";
import { Button } from "../organisers/parts.js";
import { askForNext, askToClose, canCancel, cancelOpening, closesSoon, signInHere, turn } from "./actions.js";
import { toggleFullscreen } from "./fullscreen.js";
import { savePicture } from "./picture.js";
import { at, read, set, warn } from "./store.js";

/** @import { Phase, PresenterState } from "page-state" */

/** The phrase of each session. @type {Record<PresenterState["session"], string>} */
const AS = {
  loading: "",
  out: "present.as_out",
  in: "",
  presenting: "present.as_presenting",
  expired: "present.as_expired",
  roleless: "present.as_roleless",
};

/** @param {{state: PresenterState, phase: Phase|"none"}} props */
export function Controls({ state, phase }) {
  const { session, next, results } = state;
  const signed = session === "in" || session === "presenting";
  const begun = phase === "open" || phase === "closed";
  const shown = countsShown(state, at());
  /** @type {(id: string, key: string, name: string, onClick: () => unknown, hidden: boolean, more?: object) => unknown} */
  const button = (id, key, name, onClick, hidden, more = {}) => html`
    <button type="button" class="button" id=${id} aria-keyshortcuts=${key} onClick=${onClick} hidden=${hidden} ...${more}>
      <span class="button-text">${name}</span> <kbd translate="no">${key}</kbd>
    </button>
  `;
  return html`
    <nav class="controls" id="controls" aria-label=${phrase("present.controls")}>
      <p id="as">${AS[session] && phrase(AS[session])}</p>
      <${Button} id="sign-in" label=${phrase("present.sign_in")} hidden=${session === "loading" || session === "in"} onPress=${signInHere} />
      ${button("reveal", "R", phrase(shown ? "present.hide_results" : "present.show_results"), turn, !begun || !(results || signed), { class: "button primary" })}
      ${button("enlarge", "Q", phrase("present.large_code"), enlarge, phase === "closed", { "aria-pressed": String(state.large) })}
      ${button("full", "F", phrase("present.full_screen"), full, false, { "aria-pressed": String(state.full) })}
      ${button("cancel", "X", phrase("present.cancel"), cancelOpening, !canCancel() || !may(state, "polls.edit"))}
      ${button("close", "C", phrase("present.close_now"), askToClose, !may(state, "polls.close") || (phase !== "open" && phase !== "soon"), { class: "button danger", disabled: closesSoon() })}
      ${button("picture", "S", phrase("present.save_picture"), savePicture, phase !== "closed" || !shown)}
      ${button("next", "N", next ? phrase("present.next_is", { question: next.question }) : "", askForNext, !next || !may(state, "polls.edit") || phase === "soon", { class: "button next" })}
      ${button("help", "?", phrase("present.help"), help, false)}
    </nav>
  `;
}

export const enlarge = () => set({ large: !read().large });
export const help = () => set({ helping: true });
export const full = () => toggleFullscreen().catch(() => warn(alertOf("present.no_full", "present.no_full_detail")));
