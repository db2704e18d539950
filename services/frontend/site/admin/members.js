// The tab of the members: the list, invitations, changes of role, removal. The typed invitation is stored in this tab of
// the browser until it is sent.

import { Failure } from "../api.js";
import { bodyOf, EMPTY_INVITE, errorsIn, refusalOf, statusOf } from "../logic/members.js";
import { aboutRole, ROLES } from "../logic/role.js";
import { tab } from "../storage.js";
import { $, copyOf, fieldOf, find, say, targetOf, write } from "./dom.js";
import { callSigned } from "./session.js";

/** @import { Member, Members } from "contracts" */
/** @import { Invite, Reply, RunAction } from "page-state" */

const DRAFT = "tot.admin.invite";
const ID = "tot.admin.invitation"; // the id of the invitation: sent again, it creates no second account
const FIELDS = /** @type {(keyof Invite)[]} */ (["name", "email", "role"]);
const TROUBLES = /** @type {const} */ (["members-trouble", "invite-trouble"]);
const MEMBERS = "/admin/api/members";
/** @param {string} name */
const pathOf = (name) => `${MEMBERS}/${encodeURIComponent(name)}`;

/**
 * Return the tab of the members.
 * @param {RunAction} attempt
 * @param {() => string} me the user name of the signed-in organiser
 */
export function membersOf(attempt, me) {
  /** @type {Member[]} */
  let members = [];
  let asked = ""; // the member in the confirmation of a removal
  let busy = false; // while a change runs
  let loading = Promise.resolve();
  write($("members-hint"), `Who may sign in here: ${ROLES.map(aboutRole).join(", ")}.`);
  $("i-role").append(...ROLES.map((role) => new Option(role, role)));

  /**
   * Run one action. A refusal is shown at its field or above the list; an expired session is shown by the page.
   * @param {string} name
   * @param {() => Promise<void>} work
   * @param {string[]} fields
   * @param {"members-trouble"|"invite-trouble"} trouble
   */
  const run = (name, work, fields = [], trouble = "members-trouble") =>
    attempt(name, "members", async () => {
      for (const place of TROUBLES) write($(place), "");
      write($("members-progress"), "One moment…");
      try {
        await work();
      } catch (failure) {
        if (!(failure instanceof Failure) || failure.status === 401) throw failure;
        const { errors, words } = refusalOf(failure.status, failure.problem, fields);
        mark(errors);
        write($(trouble), words);
        if (words) $(trouble).scrollIntoView({ block: "nearest" });
      } finally {
        write($("members-progress"), "");
      }
    });

  /**
   * Change something, after the list has loaded: a press while it loads is kept, a second press is ignored.
   * @param {Parameters<typeof run>} action
   */
  async function act(...action) {
    if (busy) return;
    busy = true;
    try {
      await loading;
      await run(...action);
    } finally {
      busy = false;
    }
  }

  function enter() {
    if (!busy) loading = run("members", load);
    return loading;
  }

  async function load() {
    /** @type {Reply<Members>} */
    const { body } = await callSigned("GET", MEMBERS);
    members = body.members;
    draw();
  }

  function invite() {
    const wanted = typed();
    const errors = errorsIn(wanted);
    mark(errors);
    const first = FIELDS.find((field) => errors[field]);
    if (first) {
      $(`i-${first}`).focus();
      return;
    }
    act(
      "invite",
      async () => {
        /** @type {Reply<Member>} */
        const { body } = await callSigned("POST", MEMBERS, { ...bodyOf(wanted), invitation_id: invitationId() });
        tab.remove(ID);
        keep(body);
        fill(EMPTY_INVITE);
        tab.remove(DRAFT);
        say(`${body.name} is invited: an e-mail with a first password is on its way.`);
        $("members-heading").focus();
      },
      FIELDS,
      "invite-trouble",
    );
  }

  /** @param {string} name @param {string} role */
  const change = (name, role) =>
    act("role", async () => {
      /** @type {Reply<Member>} */
      const { body } = await callSigned("PUT", pathOf(name), { role });
      keep(body);
      say(`${name} is ${role} from the next sign-in on.`);
      rowOf(name)?.querySelector("select")?.focus();
    });

  /** @param {string} name */
  const remove = (name) =>
    act("remove", async () => {
      await callSigned("DELETE", pathOf(name));
      members = members.filter((member) => member.name !== name);
      draw();
      say(`${name} is removed.`);
      $("members-heading").focus();
    });

  /** @param {Member} member */
  function keep(member) {
    const others = members.filter(({ name }) => name !== member.name);
    members = [...others, member].toSorted((one, other) => (one.name < other.name ? -1 : 1));
    draw();
  }

  const draw = () => $("members-list").replaceChildren(...members.map((member) => row(member, member.name === me())));
  /** @param {string} name */
  const rowOf = (name) => [...$("members-list").querySelectorAll("li")].find((item) => item.dataset.name === name);
  const typed = () => ({ name: $("i-name").value, email: $("i-email").value, role: $("i-role").value });

  $("invite").addEventListener("input", (event) => {
    mark({ ...marked, [fieldOf(event).name]: "" });
    tab.set(DRAFT, JSON.stringify(typed())); // survives the way to the sign-in page and back
  });
  $("invite").addEventListener("submit", (event) => {
    event.preventDefault();
    invite();
  });
  $("members-list").addEventListener("submit", (event) => {
    event.preventDefault();
    const form = targetOf(event);
    change(form.dataset.name ?? "", /** @type {HTMLSelectElement} */ (find(form, "select")).value);
  });
  $("members-list").addEventListener("click", (event) => {
    const target = targetOf(event);
    if (!target.dataset.remove) return;
    asked = target.dataset.remove;
    write($("remove-title"), `Remove ${asked}?`);
    $("confirm-remove").showModal();
  });
  $("remove-no").addEventListener("click", () => $("confirm-remove").close());
  $("remove-yes").addEventListener("click", () => {
    $("confirm-remove").close();
    remove(asked);
  });
  fill({ ...EMPTY_INVITE, ...JSON.parse(tab.get(DRAFT) ?? "{}") });
  return { enter };
}

/** @type {Record<string, string>} The shown errors by field. */
let marked = {};

function invitationId() {
  const id = tab.get(ID) ?? crypto.randomUUID();
  tab.set(ID, id);
  return id;
}

/** @param {Record<string, string>} errors */
function mark(errors) {
  marked = errors;
  for (const field of FIELDS) {
    write($(`ie-${field}`), errors[field] ?? "");
    $(`i-${field}`).setAttribute("aria-invalid", String(Boolean(errors[field])));
  }
}

/** @param {Invite} values */
function fill(values) {
  for (const field of FIELDS) $(`i-${field}`).value = String(values[field]);
}

/** @param {Member} member @param {boolean} own */
function row(member, own) {
  const item = copyOf($("member"));
  /** @param {string} selector */
  const part = (selector) => find(item, selector);
  item.dataset.name = member.name;
  part(".member-name").textContent = member.name;
  part(".chip").textContent = member.role ?? "no role";
  part(".member-address").textContent = member.email ?? "";
  part(".member-status").textContent = statusOf(member);
  part(".member-own").hidden = !own;
  part("form").hidden = own;
  if (own) return item;
  part("form").dataset.name = member.name;
  /** @type {HTMLSelectElement} */
  const select = find(item, "select");
  select.setAttribute("aria-label", `Role of ${member.name}`);
  select.append(...ROLES.map((role) => new Option(role, role, false, role === member.role)));
  if (!member.role) select.prepend(new Option("no role", "", true, true));
  const [give, remove] = item.querySelectorAll("button");
  give.setAttribute("aria-label", `Give ${member.name} this role`);
  give.disabled = true;
  select.addEventListener("change", () => {
    give.disabled = !select.value || select.value === member.role;
  });
  remove.setAttribute("aria-label", `Remove ${member.name}…`);
  remove.dataset.remove = member.name;
  return item;
}
