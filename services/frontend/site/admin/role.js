// Shows the role of the signed-in organiser. An element names the permission that it needs in `data-needs`; the style
// sheet hides it, also from keyboard and screen reader, unless the role has it. The API refuses such requests in any case.
import { permissionsOf } from "../logic/role.js";
import { $ } from "./dom.js";

/** @import { AdminState } from "page-state" */

/** @type {Record<AdminState["role"], string>} */
const HINT = {
  "": "",
  viewer: "You see everything and change nothing.",
  editor: "You make and run polls.",
  owner: "You run polls and manage members.",
  none: "An owner has to give you a role first.",
};

/** @param {AdminState["role"]} role */
export function showRole(role) {
  document.body.dataset.role = role;
  document.body.dataset.permissions = permissionsOf(role).join(" ");
  $("role").textContent = role === "none" ? "no role" : role;
  $("role").title = HINT[role];
}
