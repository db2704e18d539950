// The files that a page fetches at run time: by their path in these sources, their published address and their digest.
// The build replaces this module. Pages served without a build find each file under its own name, without a digest.

/** @type {Record<string, {address: string, integrity?: string}>} */
export const PUBLISHED = {};
