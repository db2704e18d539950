// The role of an organiser, as the page shows it. The API decides about permissions. No I/O, no DOM.
/** @import { Role } from "contracts" */

/** The lowest first; each includes the one before it. @type {Role[]} */
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

/** Return whether a role has the permissions of another. @param {Role} role @param {Role} needed */
export const includes = (role, needed) => ROLES.indexOf(role) >= ROLES.indexOf(needed);
