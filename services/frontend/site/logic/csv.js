// CSV files for spreadsheets, by RFC 4180: lists of codes, and exports with the texts of their poll.

const RUN_AS_FORMULA = /^[\s]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]/; // in some programs also after white space or in full width
const NUMBER = /^-?\d+(\.\d+)?$/;

/**
 * Quote a field. A field that a spreadsheet would run as a formula begins with an apostrophe and is text.
 * @param {string|number} value
 */
function field(value) {
  const text = String(value);
  const inert = RUN_AS_FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
  return `"${inert.replaceAll('"', '""')}"`;
}

/** Return the rows as CSV. @param {(string|number)[][]} rows */
export const csvOf = (rows) => rows.map((row) => `${row.map(field).join(",")}\r\n`).join("");
