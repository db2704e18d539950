// The phrases of this page alone, like `../published.js`: no other page's bundle contains their addresses and digests.

/** @type {Record<string, {address: string, integrity?: string}>} */
export const PUBLISHED = {};
