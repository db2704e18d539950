// Finds what the page is made of.
export const $ = (id) => document.getElementById(id);
