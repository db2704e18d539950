// The phrases of the organisers' pages, like `../published.js`: no voters' bundle contains their addresses and digests.

/** @type {Record<string, {address: string, integrity?: string}>} */
export const PUBLISHED = {};
