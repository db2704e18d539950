// Shows the role of the signed-in organiser. An element names the permission that it needs in `data-needs`; the style
// sheet hides it, also from keyboard and screen reader, unless the role has it. The API refuses such requests in any case.
import { aboutRole, permissionsOf } from "../logic/role.js";
import { $ } from "./dom.js";

/** @import { AdminState } from "page-state" */

const NO_ROLE = "An owner has to give you a role first.";

/** @param {string} text */
const capitalised = (text) => text[0].toUpperCase() + text.slice(1);

/** @param {AdminState["role"]} role */
export function showRole(role) {
  document.body.dataset.role = role;
  document.body.dataset.permissions = permissionsOf(role).join(" ");
  $("role").textContent = role === "none" ? "no role" : role;
  $("role").title = role === "none" ? NO_ROLE : role && capitalised(`${aboutRole(role)}.`);
}
