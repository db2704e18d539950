// Roles of organisers and their permissions, as the page shows them. The API decides. No I/O, no DOM.
/** @import { Role } from "contracts" */

/** As `contracts/roles.py` declares them, from the fewest permissions to the most. @type {Record<Role, string[]>} */
export const PERMISSIONS = {
  viewer: ["read"],
  editor: ["read", "polls.edit", "polls.close"],
  owner: ["read", "polls.edit", "polls.close", "polls.delete", "members.manage"],
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
