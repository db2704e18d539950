// The images of the two options: upload and removal.
import { Failure } from "../api.js";
import { phrase } from "../logic/i18n.js";
import { flawInFile, isShrinkable, whyNotTaken } from "../logic/pictures.js";
import { callSigned } from "../organisers/session.js";
import { change } from "./editor.js";
import { shrink } from "./shrink-picture.js";
import { focusOn, read, say } from "./store.js";

/** @import { ImageStored } from "contracts" */
/** @import { FormErrors } from "page-state" */
/** @typedef {"image_a"|"image_b"} PictureField */

export const PICTURES = /** @type {PictureField[]} */ (["image_a", "image_b"]);
/** @type {Partial<Record<PictureField, symbol>>} The newest upload by field: answers to earlier ones are ignored. */
let sending = {};

/** Upload an image. @param {PictureField} field @param {File|undefined} file */
export async function sendPicture(field, file) {
  if (!file) return;
  const one = Symbol(field);
  sending[field] = one;
  const isNewest = () => sending[field] === one;
  const small = isShrinkable(file) ? await shrink(file) : file;
  if (!isNewest()) return;
  const flaw = flawInFile(small);
  if (flaw) return refuse(field, flaw);
  change({ type: "field_invalid", field, message: undefined });
  change({ type: "busy", name: field, on: true });
  say(phrase("photo.sending_now"));
  try {
    /** @type {ImageStored} */
    const { image } = await callSigned("POST", "/admin/api/images", small);
    if (!isNewest()) return;
    change({ type: "typed", field, value: image });
    say(phrase("photo.stored"));
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    if (isNewest()) refuse(field, whyNotTaken(failure));
    if (failure.status === 401) change({ type: "refused", status: 401, problem: {} });
  } finally {
    if (isNewest()) change({ type: "busy", name: field, on: false });
  }
}

/** @param {PictureField} field @param {string} message */
function refuse(field, message) {
  change({ type: "field_invalid", field, message });
  say(message);
}

/** @param {PictureField} field */
export function removePicture(field) {
  change({ type: "typed", field, value: "" });
  say(phrase("photo.removed"));
  focusOn(`f-${field}`); // the button that had the focus disappears
}

/** Ignore uploads that have not finished: the form that they were for is closed. */
export function forgetPictures() {
  for (const field of PICTURES) if (field in sending) change({ type: "busy", name: field, on: false });
  sending = {};
}

/** Return the errors of uploads that have not finished. @returns {FormErrors} */
export function picturesUnderWay() {
  const busy = PICTURES.filter((field) => field in sending && read().busy[field]);
  return Object.fromEntries(busy.map((field) => [field, phrase("photo.under_way")]));
}
