// Roles of organisers and their permissions, as the page shows them. The API decides. No I/O, no DOM.
/** @import { Role } from "contracts" */

/** As `contracts/roles.py` declares them, from the fewest permissions to the most. @type {Record<Role, string[]>} */
export const PERMISSIONS = {
  viewer: ["read"],
  editor: ["read", "polls.edit", "polls.close"],
  owner: ["read", "polls.edit", "polls.close", "polls.delete", "members.manage"],
};

/** The rights of each role in words. @type {Record<Role, string>} */
const RIGHTS = {
  viewer: "sees everything and changes nothing",
  editor: "makes and runs polls",
  owner: "makes, runs, archives and deletes polls and manages members",
};

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

/** Return the rights of a role, such as "an editor makes and runs polls". @param {Role} role */
export const aboutRole = (role) => `${/^[aeiou]/.test(role) ? "an" : "a"} ${role} ${RIGHTS[role]}`;
