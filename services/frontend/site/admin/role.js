// Shows the role of whoever is signed in. What needs a higher one carries `data-needs` and is hidden by the style
// sheet, from keyboard and screen reader alike; if it is called all the same, the API refuses and says why.
import { $ } from "./dom.js";

const HINT = {
  viewer: "You see everything and change nothing.",
  editor: "You make and run polls.",
  owner: "You run polls and manage people.",
  none: "An owner has to give you a role first.",
};

/** @param {string} role */
export function showRole(role) {
  document.body.dataset.role = role;
  $("role").textContent = role === "none" ? "no role" : role;
  $("role").title = HINT[role];
}
