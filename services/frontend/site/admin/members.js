// The room of the people who run polls: listed, invited, given another role, removed. What was typed stays in this
// tab until it is sent.
import { bodyOf, EMPTY_INVITE, errorsIn, refusalOf, statusOf } from "../logic/members.js";
import { ROLES } from "../logic/role.js";
import { tab } from "../storage.js";
import { $, say, write } from "./dom.js";
import { callSigned } from "./session.js";

const DRAFT = "tot.admin.invite";
const ID = "tot.admin.invitation"; // of the invitation being written: sent again, it makes no second account
const FIELDS = Object.keys(EMPTY_INVITE);
const TROUBLES = ["members-trouble", "invite-trouble"];
const MEMBERS = "/admin/api/members";
const pathOf = (name) => `${MEMBERS}/${encodeURIComponent(name)}`;

/**
 * @param {(name: string, about: string, work: () => Promise<void>) => Promise<void>} attempt
 * @param {() => string} me the user name of whoever is signed in
 */
export function membersOf(attempt, me) {
  let members = [];
  let asked = null; // whose removal is asked about
  let busy = false;

  /** A refusal is said where it was asked, at its field if it has one; that the session is over is the page's to say. */
  const act = (name, work, fields = [], trouble = "members-trouble") =>
    attempt(name, "members", async () => {
      if (busy) return;
      busy = true;
      for (const place of TROUBLES) write($(place), "");
      write($("members-progress"), "One moment…");
      try {
        await work();
      } catch (failure) {
        if (failure.status === undefined || failure.status === 401) throw failure;
        const { errors, words } = refusalOf(failure.status, failure.problem, fields);
        mark(errors);
        write($(trouble), words);
        if (words) $(trouble).scrollIntoView({ block: "nearest" });
      } finally {
        busy = false;
        write($("members-progress"), "");
      }
    });

  const enter = () =>
    act("members", async () => {
      members = (await callSigned("GET", MEMBERS)).body.members;
      draw();
    });

  function invite() {
    const wanted = typed();
    const errors = errorsIn(wanted);
    mark(errors);
    const [first] = Object.keys(errors);
    if (first) {
      $(`i-${first}`).focus();
      return;
    }
    act(
      "invite",
      async () => {
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

  const change = (name, role) =>
    act("role", async () => {
      const { body } = await callSigned("PUT", pathOf(name), { role });
      keep(body);
      say(`${name} is ${role} from the next sign-in on.`);
      rowOf(name)?.querySelector("select")?.focus();
    });

  const remove = (name) =>
    act("remove", async () => {
      await callSigned("DELETE", pathOf(name));
      members = members.filter((member) => member.name !== name);
      draw();
      say(`${name} is removed.`);
      $("members-heading").focus();
    });

  function keep(member) {
    const others = members.filter(({ name }) => name !== member.name);
    members = [...others, member].toSorted((one, other) => (one.name < other.name ? -1 : 1));
    draw();
  }

  const draw = () => $("members-list").replaceChildren(...members.map((member) => row(member, member.name === me())));
  const rowOf = (name) => [...$("members-list").children].find((item) => item.dataset.name === name);
  const typed = () => Object.fromEntries(FIELDS.map((field) => [field, $(`i-${field}`).value]));

  $("invite").addEventListener("input", ({ target }) => {
    mark({ ...marked, [target.name]: "" });
    tab.set(DRAFT, JSON.stringify(typed())); // survives the way to the sign-in page and back
  });
  $("invite").addEventListener("submit", (event) => {
    event.preventDefault();
    invite();
  });
  $("members-list").addEventListener("submit", (event) => {
    event.preventDefault();
    change(event.target.dataset.name, event.target.elements.role.value);
  });
  $("members-list").addEventListener("click", ({ target }) => {
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

let marked = {};

function invitationId() {
  const id = tab.get(ID) ?? crypto.randomUUID();
  tab.set(ID, id);
  return id;
}

function mark(errors) {
  marked = errors;
  for (const field of FIELDS) {
    write($(`ie-${field}`), errors[field] ?? "");
    $(`i-${field}`).setAttribute("aria-invalid", String(Boolean(errors[field])));
  }
}

function fill(values) {
  for (const field of FIELDS) $(`i-${field}`).value = String(values[field]);
}

function row(member, own) {
  const item = $("member").content.cloneNode(true).firstElementChild;
  const part = (name) => item.querySelector(name);
  item.dataset.name = member.name;
  part(".member-name").textContent = member.name;
  part(".chip").textContent = member.role ?? "no role";
  part(".member-address").textContent = member.email ?? "";
  part(".member-status").textContent = statusOf(member);
  part(".member-own").hidden = !own;
  part("form").hidden = own;
  if (own) return item;
  part("form").dataset.name = member.name;
  const select = part("select");
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
