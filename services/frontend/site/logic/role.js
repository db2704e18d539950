// What an organiser's role is, as the page shows it. Who may do what is decided by the API. No I/O, no DOM.

/** The least first; each includes the one before it. */
export const ROLES = ["viewer", "editor", "owner"];

/**
 * @param {unknown} groups what a token says of the person's groups
 * @returns {string} a role, or "none"
 */
export function roleOf(groups) {
  const named = Array.isArray(groups) ? groups : [];
  return ROLES.findLast((role) => named.includes(role)) ?? "none";
}

/** Whether whoever has this role may do what needs the other. */
export const includes = (role, needed) => ROLES.indexOf(role) >= ROLES.indexOf(needed);
