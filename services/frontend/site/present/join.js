// Where to vote: the address of the site, if its voter's page shows this poll, and its QR code.
import { html } from "../html.js";
import { phrase } from "../logic/i18n.js";
import { howToVote } from "../logic/policy-text.js";
import { QrCode } from "../organisers/parts.js";

/** @import { AnyPoll, Phase } from "page-state" */

/** Return the address of the voter's page. @param {AnyPoll|null} poll @param {Phase|"none"} phase */
export const linkOf = (poll, phase) =>
  poll && phase === "draft" ? `${location.origin}/?poll=${poll.poll_id}` : `${location.origin}/`;

/** @param {{poll: AnyPoll|null, phase: Phase|"none"}} props */
export const Join = ({ poll, phase }) => html`
  <section class="join" id="join" aria-labelledby="join-title" hidden=${phase === "closed"}>
    <h1 id="join-title">${phrase(phase === "open" ? "present.vote_now" : "present.vote_here")}</h1>
    <${QrCode} text=${linkOf(poll, phase)} class="qr" id="qr" role="img" aria-labelledby="join-title link" />
    <p class="link" id="link" translate="no">${location.host}</p>
    <p class="how" id="how">${poll ? howToVote(poll.policy) : ""}</p>
  </section>
`;
