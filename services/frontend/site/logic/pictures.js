// Images of options: validation before the upload, and the texts of refusals. No I/O, no DOM.
import { ofApi } from "./api-detail.js";
import { phrase } from "./i18n.js";
import { wordsOf } from "./organiser-refusals.js";

/** @import { PartialProblem } from "page-state" */

const MAX_BYTES = 4 * 1024 * 1024;
export const KINDS = ["image/jpeg", "image/png", "image/webp", "image/gif"];

/** Return whether a file is too large and may be shrunk: an animation would lose its movement. @param {{type: string, size: number}} file */
export const isShrinkable = ({ type, size }) => size > MAX_BYTES && KINDS.includes(type) && type !== "image/gif";

/** Return the error of a file before it is uploaded; "" if there is none. @param {{type: string, size: number}} file */
export function flawInFile({ type, size }) {
  if (!KINDS.includes(type)) return phrase("photo.other_kind");
  if (size === 0) return phrase("photo.empty");
  if (size <= MAX_BYTES) return "";
  const megabytes = Math.ceil((size / 1024 / 1024) * 10) / 10; // rounded up: 4.04 MB is more than 4.0
  return phrase("photo.too_large", { megabytes, max: MAX_BYTES / 1024 / 1024 });
}

/** Return why the API rejected an image, with advice. @param {{status: number, problem?: PartialProblem}} failure */
export function whyNotTaken({ status, problem = {} }) {
  if (status === 401) return phrase("photo.signed_out");
  if (status === 0) return phrase("photo.unreachable");
  if (status >= 500) return phrase("photo.busy");
  const { title, detail, advice } = wordsOf(status, problem);
  const aboutPicture = [413, 415, 422].includes(status);
  if (!aboutPicture) return phrase("photo.refused", { reason: `${title}. ${detail || advice}` });
  const reason = ofApi(problem.errors?.[0]?.message ?? problem.detail);
  if (problem.type === "/problems/not-an-image")
    return reason ? `${reason}. ${phrase("photo.save_as")}` : phrase("photo.other_kind");
  return `${reason || title}. ${phrase("photo.go_without")}`;
}
