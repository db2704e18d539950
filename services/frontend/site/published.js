// Data that a page fetches once it runs: by its address in these sources, where it is published and which digest it must have.
// The build writes this module anew. Pages served as they are find everything under its own name, and vouch for nothing.
export const PUBLISHED = {};
