// The presenter's head: the site's name, how many have voted and watch, and the state of the connection.
import { html } from "../html.js";
import { phrase } from "../logic/i18n.js";
import { votersShown } from "../logic/present.js";
import { LiveState } from "../organisers/parts.js";
import { at } from "./store.js";

/** @import { PresenterState } from "page-state" */

/** @param {{state: PresenterState}} props */
export function Head({ state }) {
  const [voted, audience] = [votersShown(state, at()), state.audience];
  return html`
    <header class="head">
      <a class="wordmark" href="/admin/" aria-label="This or That" translate="no" lang="en" dir="ltr">
        <b>This</b><i>or</i><b>That</b>
      </a>
      <p class="crowd">
        <span id="voters">${voted === null ? "" : phrase("present.voted", { n: voted })}</span>${" "}
        <span id="audience">${audience ? phrase("audience", { n: audience }) : ""}</span>
      </p>
      <${LiveState} mode=${state.live} />
    </header>
  `;
}
