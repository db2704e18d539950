// Images of options: validation before the upload, and the texts of refusals. No I/O, no DOM.
import { wordsOf } from "./organiser-refusals.js";

/** @import { PartialProblem } from "page-state" */

const MAX_BYTES = 4 * 1024 * 1024;
export const KINDS = ["image/jpeg", "image/png", "image/webp", "image/gif"];
const OTHER_KIND = "This is not a JPEG, PNG, WebP or GIF picture. Save it as one of these, and choose that.";

/** Return whether a file is too large and may be shrunk: an animation would lose its movement. @param {{type: string, size: number}} file */
export const isShrinkable = ({ type, size }) => size > MAX_BYTES && KINDS.includes(type) && type !== "image/gif";

/** Return the error of a file before it is uploaded; "" if there is none. @param {{type: string, size: number}} file */
export function flawInFile({ type, size }) {
  if (!KINDS.includes(type)) return OTHER_KIND;
  if (size === 0) return "This file is empty. Choose another one.";
  if (size <= MAX_BYTES) return "";
  const megabytes = Math.ceil((size / 1024 / 1024) * 10) / 10; // rounded up: 4.04 MB is more than 4.0
  return `This file has ${megabytes} MB; at most ${MAX_BYTES / 1024 / 1024} MB are taken. Save the picture smaller, and choose that.`;
}

/** Return why the API rejected an image, with advice. @param {{status: number, problem?: PartialProblem}} failure */
export function whyNotTaken({ status, problem = {} }) {
  if (status === 401) return "Not taken: your sign-in has expired. Sign in again, then choose it again.";
  if (status === 0) return "Could not reach the server. Check the connection, and choose it again.";
  if (status >= 500) return "It could not be taken just now. Choose it again in a moment.";
  const { title, detail, advice } = wordsOf(status, problem);
  const aboutPicture = [413, 415, 422].includes(status);
  if (!aboutPicture) return `Not taken: ${title}. ${detail || advice}`;
  const reason = problem.errors?.[0]?.message ?? problem.detail;
  if (problem.type === "/problems/not-an-image")
    return reason ? `${reason}. Save it as one of these, and choose that.` : OTHER_KIND;
  return `${reason ?? problem.title ?? "It was not taken"}. Choose another one, or go without.`;
}
