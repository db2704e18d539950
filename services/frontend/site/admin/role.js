// Shows the role of the signed-in organiser. Elements that need a higher role have `data-needs` and are hidden by the style
// sheet, also from keyboard and screen reader. The API refuses such requests in any case.
import { $ } from "./dom.js";

/** @import { AdminState } from "pages" */

/** @type {Record<AdminState["role"], string>} */
const HINT = {
  "": "",
  viewer: "You see everything and change nothing.",
  editor: "You make and run polls.",
  owner: "You run polls and manage people.",
  none: "An owner has to give you a role first.",
};

/** @param {AdminState["role"]} role */
export function showRole(role) {
  document.body.dataset.role = role;
  $("role").textContent = role === "none" ? "no role" : role;
  $("role").title = HINT[role];
}
