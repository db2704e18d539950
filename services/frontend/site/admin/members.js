// The tab of the members: invitations, the list, changes of role, removal. The typed invitation is stored in this tab of
// the browser until it is sent.
import { html, useState } from "../html.js";
import { phrase } from "../logic/i18n.js";
import { bodyOf, EMPTY_INVITE, errorsIn, refusalOf, statusOf } from "../logic/members.js";
import { aboutRole, ROLES, roleName } from "../logic/role.js";
import { insteadOfDefault, withField } from "../organisers/events.js";
import { Button, ErrorText, Hint, Options } from "../organisers/parts.js";
import { callSigned } from "../organisers/session.js";
import { tab } from "../storage.js";
import { attempt, confirm, focusOn, focusWithin, read, say, update } from "./store.js";

/** @import { Failure } from "../api.js" */
/** @import { Member, Members } from "contracts" */
/** @import { AdminState, Invite } from "page-state" */

const DRAFT = "tot.admin.invite";
const ID = "tot.admin.invitation"; // the id of the invitation: sent again, it creates no second account
const FIELDS = /** @type {(keyof Invite)[]} */ (["name", "email", "role"]);
const MEMBERS = "/admin/api/members";
const LABELS = { name: "account.username", email: "account.email", role: "account.role" };
/** @param {string} name */
const pathOf = (name) => `${MEMBERS}/${encodeURIComponent(name)}`;
const roleEntries = () => ROLES.map((role) => [role, roleName(role)]);

let changing = false;
let loading = Promise.resolve();

/**
 * Run one action.
 * @param {string} name
 * @param {() => Promise<void>} work
 * @param {string[]} fields of the invitation, if it is the action
 */
async function run(name, work, fields = []) {
  update("invitation", { trouble: "" });
  update("members", { trouble: "", busy: true });
  await attempt(name, work, (failure) => showRefusal(failure, fields));
  update("members", { busy: false });
}

/** Show a refusal at its fields and in the invitation, or above the list. @param {Failure} failure @param {string[]} fields */
function showRefusal({ status, problem }, fields) {
  const { errors, words } = refusalOf(status, problem, fields);
  const invited = fields.length > 0;
  update("invitation", { errors });
  update(invited ? "invitation" : "members", { trouble: words });
  document.getElementById(invited ? "invite-trouble" : "members-trouble")?.scrollIntoView({ block: "nearest" });
}

/**
 * Change something, after the list has loaded: a press while it loads is kept, a second press is ignored.
 * @param {Parameters<typeof run>} action
 */
async function act(...action) {
  if (changing) return;
  changing = true;
  try {
    await loading;
    await run(...action);
  } finally {
    changing = false;
  }
}

/** Load the members. */
export function enterMembers() {
  if (changing) return;
  loading = run("members", async () => {
    /** @type {Members} */
    const { members } = await callSigned("GET", MEMBERS);
    update("members", { list: members });
  });
}

/** Restore the typed invitation of this tab. */
export function restoreInvitation() {
  update("invitation", { typed: { ...EMPTY_INVITE, ...JSON.parse(tab.get(DRAFT) ?? "{}") } });
}

const invite = insteadOfDefault(() => {
  const { typed } = read().invitation;
  const errors = errorsIn(typed);
  update("invitation", { errors });
  const first = FIELDS.find((field) => errors[field]);
  if (first) return focusOn(`i-${first}`);
  return act(
    "invite",
    async () => {
      const id = tab.get(ID) ?? crypto.randomUUID();
      tab.set(ID, id);
      /** @type {Member} */
      const member = await callSigned("POST", MEMBERS, { ...bodyOf(typed), invitation_id: id });
      tab.remove(ID);
      keep(member);
      update("invitation", { typed: EMPTY_INVITE });
      tab.remove(DRAFT);
      say(phrase("account.invited", { name: member.name }));
      focusOn("members-heading");
    },
    FIELDS,
  );
});

/** @param {string} name @param {string} role */
const changeRole = (name, role) =>
  act("role", async () => {
    keep(await callSigned("PUT", pathOf(name), { role }));
    say(phrase("account.role_given", { name, role: roleName(role) }));
    focusWithin(`[data-name="${CSS.escape(name)}"] select`);
  });

/** @param {string} name */
const askToRemove = (name) =>
  confirm({
    title: phrase("account.remove_title", { name }),
    questions: [],
    tells: [phrase("account.remove_effect"), phrase("account.remove_log")],
    no: phrase("account.keep"),
    yes: phrase("app.remove"),
    work: () => removeMember(name),
  });

/** @param {string} name */
const removeMember = (name) =>
  act("remove", async () => {
    await callSigned("DELETE", pathOf(name));
    update("members", { list: read().members.list.filter((member) => member.name !== name) });
    say(phrase("account.is_removed", { name }));
    focusOn("members-heading");
  });

/** @param {Member} member */
function keep(member) {
  const others = read().members.list.filter(({ name }) => name !== member.name);
  update("members", { list: [...others, member].toSorted((one, other) => (one.name < other.name ? -1 : 1)) });
}

/** @param {{state: AdminState}} props */
export const MembersTab = ({ state: { members, invitation, username, tab, busy } }) =>
  html`<main class="tab" id="tab-members" aria-labelledby="members-heading" hidden=${tab !== "members"}>
    <div class="panel">
      <h1 id="members-heading" tabindex="-1">${phrase("app.members")}</h1>
      <${Hint} id="members-hint" text=${phrase("account.hint", { roles: ROLES.map(aboutRole).join(", ") })} />
    </div>
    <${Invitation} ...${invitation} busy=${busy.invite} />
    <section class="panel" aria-labelledby="members-heading">
      <p class="hint progress" id="members-progress">${members.busy ? phrase("app.one_moment") : ""}</p>
      <${ErrorText} id="members-trouble" alert text=${members.trouble} />
      <ul class="members" id="members-list" aria-labelledby="members-heading">
        ${members.list.map((member) => html`<${Row} key=${`${member.name} ${member.role}`} member=${member} own=${member.name === username} />`)}
      </ul>
    </section>
  </main>`;

/** @param {AdminState["invitation"] & {busy: boolean}} props */
function Invitation({ typed, errors, trouble, busy }) {
  const type = withField(({ name, value }) => {
    const after = { ...typed, [name]: value };
    update("invitation", { typed: after, errors: { ...errors, [name]: "" } });
    tab.set(DRAFT, JSON.stringify(after)); // survives the way to the sign-in page and back
  });
  /** @param {keyof Invite} name @param {Record<string, unknown>} attributes @param {string} [hint] */
  const field = (name, attributes, hint) =>
    html`<div class="field">
      <label for=${`i-${name}`}>${phrase(LABELS[name])}</label>
      <${attributes.as ?? "input"} id=${`i-${name}`} name=${name} value=${typed[name]} aria-invalid=${String(Boolean(errors[name]))}
        aria-describedby=${`${hint ? `h-${name} ` : ""}ie-${name}`} ...${attributes} />
      ${hint && html`<${Hint} id=${`h-${name}`} text=${phrase(hint)} />`}
      <${ErrorText} id=${`ie-${name}`} text=${errors[name]} />
    </div>`;
  return html`<section class="panel" data-needs="members.manage" aria-labelledby="invite-heading">
    <h2 id="invite-heading">${phrase("account.invite_title")}</h2>
    <form id="invite" novalidate onSubmit=${invite} onInput=${type}>
      ${field("name", { maxlength: 32, autocomplete: "off", autocapitalize: "none", spellcheck: false, required: true }, "account.username_hint")}
      ${field("email", { type: "email", maxlength: 254, autocomplete: "off", required: true }, "account.email_hint")}
      ${field("role", { as: "select", children: html`<${Options} entries=${roleEntries()} />` })}
      <${ErrorText} id="invite-trouble" alert text=${trouble} />
      <${Button} type="submit" look="primary" id="invite-send" label=${phrase("account.invite")} busy=${busy} />
    </form>
  </section>`;
}

/** @param {{member: Member, own: boolean}} props */
function Row({ member, own }) {
  const { name, role } = member;
  const [chosen, setChosen] = useState(/** @type {string} */ (role ?? ""));
  return html`<li data-name=${name}>
    <span class="member-name" dir="auto">${name}</span>
    <span class="chip">${roleName(role ?? "none")}</span>
    <span class="hint member-address">${member.email ?? ""}</span>
    <span class="hint member-status">${statusOf(member)}</span>
    ${
      own
        ? html`<span class="hint member-own">${phrase("account.own")}</span>`
        : html`<form onSubmit=${insteadOfDefault(() => changeRole(name, chosen))}>
            <select name="role" aria-label=${phrase("account.role_of", { name })} value=${chosen}
              onChange=${withField(({ value }) => setChosen(value))}>
              ${!role && html`<option value="">${roleName("none")}</option>`}
              <${Options} entries=${roleEntries()} />
            </select>
            ${chosen && chosen !== role && html`<${Button} type="submit" look="small" label=${phrase("account.change_role")} aria-label=${phrase("account.give_role", { name })} />`}
            <${Button} look="small danger" label=${phrase("account.remove")} aria-label=${phrase("account.remove_name", { name })}
              onPress=${() => askToRemove(name)} />
          </form>`
    }
  </li>`;
}
