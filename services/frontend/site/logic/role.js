// Roles of organisers and their permissions, as the page shows them. The API decides. No I/O, no DOM.
import { phrase } from "./i18n.js";

/** @import { Role } from "contracts" */

/** As `contracts/roles.py` declares them, from the fewest permissions to the most. @type {Record<Role, string[]>} */
export const PERMISSIONS = {
  viewer: ["read"],
  editor: ["read", "polls.edit", "polls.close"],
  owner: ["read", "polls.edit", "polls.close", "polls.delete", "members.manage"],
};

const NAMES = { viewer: "role.viewer", editor: "role.editor", owner: "role.owner", none: "role.none" };
const RIGHTS = { viewer: "role.about_viewer", editor: "role.about_editor", owner: "role.about_owner" };

/** @type {Role[]} */
export const ROLES = ["viewer", "editor", "owner"];

/**
 * Return the role in the groups of a token.
 * @param {unknown} groups
 * @returns {Role|"none"}
 */
export function roleOf(groups) {
  const named = Array.isArray(groups) ? groups : [];
  return ROLES.findLast((role) => named.includes(role)) ?? "none";
}

/** Return the permissions of a role; no other text has any. @param {string} role @returns {string[]} */
export const permissionsOf = (role) => ROLES.filter((known) => known === role).flatMap((known) => PERMISSIONS[known]);

/** Return the name of a role. @param {string} role */
export const roleName = (role) => phrase(NAMES[/** @type {Role|"none"} */ (role)]);

/** Return the rights of a role, such as "an editor makes and runs polls". @param {Role} role */
export const aboutRole = (role) => phrase(RIGHTS[role]);

/** @param {string} text */
export const capitalised = (text) => text[0].toLocaleUpperCase() + text.slice(1);
