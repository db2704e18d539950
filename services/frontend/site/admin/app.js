// The page: header, banners, and the tab that is open.
import { html, useElement } from "../html.js";
import { selectedPoll } from "../logic/admin.js";
import { serverNow } from "../logic/clock.js";
import { phrase } from "../logic/i18n.js";
import { aboutRole, capitalised, roleName } from "../logic/role.js";
import { insteadOfDefault } from "../organisers/events.js";
import { Alert, Button, LiveState } from "../organisers/parts.js";
import { signIn, signOut } from "../organisers/session.js";
import { offerLanguages } from "../start-language.js";
import { AuditLogTab } from "./audit-log.js";
import { Dialogs } from "./dialogs.js";
import { PollForm } from "./form.js";
import { MembersTab } from "./members.js";
import { PollDetails } from "./poll-details.js";
import { PollList } from "./poll-list.js";
import { attempt, dispatch, draw, focusOn } from "./store.js";

/** @import { AdminState } from "page-state" */

const signInNow = () => attempt("sign_in", () => signIn());
const skip = insteadOfDefault(() => focusOn("f-question"));

/** @param {{state: AdminState, now: number}} props `now`: device time in ms */
export function App({ state, now }) {
  const inside = state.session === "in" || state.session === "expired";
  const at = serverNow(state, now);
  const poll = selectedPoll(state);
  const polls = inside && state.role !== "none";
  return [
    html`<a class="skip button primary" id="skip" href="#new-heading" data-needs="polls.edit" onClick=${skip}>${phrase("app.skip")}</a>`,
    html`<${Header} state=${state} inside=${inside} />`,
    state.session === "expired" &&
      html`<${Alert} id="expired" look="banner" title=${phrase("app.expired")} detail=${phrase("app.kept")}>
        <${Button} look="primary small" id="sign-in-again" label=${phrase("app.sign_in_again")} onPress=${signInNow} />
      <//>`,
    state.alert &&
      html`<${Alert} id="alert" look="banner trouble" ...${state.alert}>
        <${Button} look="small" id="dismiss" label=${phrase("app.ok")} onPress=${() => dispatch({ type: "dismissed" })} />
      <//>`,
    state.session === "out" && html`<${Welcome} />`,
    inside && state.role === "none" && html`<${Roleless} username=${state.username} />`,
    polls &&
      html`<main class="dashboard" id="dashboard">
        <${Jump} />
        <${PollDetails} state=${state} poll=${poll} at=${at} now=${now} />
        <${PollForm} state=${state} at=${at} />
        <${PollList} state=${state} at=${at} now=${now} />
      </main>`,
    polls && html`<${MembersTab} state=${state} />`,
    polls && html`<${AuditLogTab} state=${state} poll=${poll} />`,
    polls && html`<${Dialogs} state=${state} />`,
    html`<p class="unseen" id="said" role="status">${state.said}</p>`,
  ];
}

/** @param {{state: AdminState, inside: boolean}} props */
function Header({ state, inside }) {
  /** @param {string} tab @param {string} name @param {string} [needs] */
  const link = (tab, name, needs) =>
    html`<a href=${`#${tab}`} data-needs=${needs} aria-current=${state.tab === tab ? "page" : undefined}>${phrase(name)}</a>`;
  const { role } = state;
  const about = role === "none" ? phrase("role.ask_owner") : role && `${capitalised(aboutRole(role))}.`;
  return html`<header class="top">
    <a class="wordmark" href="/admin/" aria-label=${phrase("app.wordmark")}><b>This</b><i>or</i><b>That</b></a>
    <nav class="tabs" id="tabs" aria-label=${phrase("app.sections")}>
      ${link("polls", "app.polls")}${link("members", "app.members", "members.manage")}${link("audit-log", "app.audit_log")}
    </nav>
    <p class="who" id="who">${inside ? state.name : ""}</p>
    <p class="chip role" id="role" title=${about}>${role && roleName(role)}</p>
    <${LiveState} mode=${state.live} />
    <${Languages} />
    <${Button} look="small" id="sign-out" label=${phrase("app.sign_out")} onPress=${() => attempt("sign_out", signOut)} />
  </header>`;
}

function Languages() {
  const place = useElement((/** @type {HTMLSelectElement} */ list) => offerLanguages(list, draw), []);
  return html`<select class="languages" id="language" aria-label=${phrase("language.label")} ref=${place} />`;
}

/** On a phone the three parts of the page are far below each other. */
function Jump() {
  /** @param {string} id @param {string} name @param {string} [needs] */
  const button = (id, name, needs) => {
    const jump = () => {
      document.getElementById(id)?.focus({ preventScroll: true });
      document.getElementById(id)?.scrollIntoView();
    };
    return html`<${Button} look="small" data-to=${id} data-needs=${needs} label=${phrase(name)} onPress=${jump} />`;
  };
  return html`<nav class="jump" id="jump" aria-label=${phrase("app.on_this_page")}>
    ${button("details-question", "app.poll")}${button("new-heading", "app.new", "polls.edit")}${button("list-heading", "app.all_polls")}
  </nav>`;
}

const Welcome = () =>
  html`<main class="welcome" id="welcome">
    <span class="pair" aria-hidden="true" />
    <h1>${phrase("app.welcome")}</h1>
    <p>${phrase("app.welcome_detail")}</p>
    <${Button} look="primary" id="sign-in" label=${phrase("app.sign_in")} onPress=${signInNow} />
    <p class="hint"><span>${phrase("app.for_organisers")}</span>${" "}<a href="/">${phrase("app.voter_page")}</a></p>
  </main>`;

/** @param {{username: string}} props */
const Roleless = ({ username }) =>
  html`<main class="welcome" id="roleless">
    <span class="pair" aria-hidden="true" />
    <h1>${phrase("role.none_title")}</h1>
    <p><span>${phrase("role.none_detail")}</span>${" "}<b id="roleless-name" translate="no">${username}</b></p>
    <p>${phrase("role.none_then")}</p>
    <${Button} look="primary" id="role-given" label=${phrase("app.sign_in_again")} onPress=${signInNow} />
  </main>`;
