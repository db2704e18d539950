// The images of the two options: upload, preview, removal.
import { Failure } from "../api.js";
import { flawInFile, isShrinkable, KINDS, whyNotTaken } from "../logic/pictures.js";
import { $, say, show, write } from "./dom.js";
import { uploadSigned } from "./session.js";
import { shrink } from "./shrink-picture.js";

/** @typedef {"image_a"|"image_b"} Picture */

/** @type {Picture[]} */
const PICTURES = ["image_a", "image_b"];

/** @import { ImageStored } from "contracts" */
/** @import { AdminDispatch, FormErrors, ReadAdmin, Reply } from "page-state" */

/** @param {Picture} field @param {string} path "" without an image @param {boolean} busy */
export function drawPicture(field, path, busy) {
  const place = $(`p-${field}`);
  if ((place.dataset.path ?? "") !== path) {
    place.dataset.path = path;
    place.replaceChildren(...(path ? [Object.assign(document.createElement("img"), { alt: "", src: path })] : []));
  }
  show(place, path !== "");
  show($(`x-${field}`), path !== "" && !$(`f-${field}`).disabled);
  $(`f-${field}`).setAttribute("aria-busy", String(busy));
  write($(`h-${field}`), busy ? "Sending the picture…" : "");
}

/**
 * Return the actions on images.
 * @param {ReadAdmin} read
 * @param {AdminDispatch} change changes the form and stores it
 */
export function picturesOf(read, change) {
  /** @type {Partial<Record<Picture, symbol>>} The newest upload by field. */
  let sending = {};
  for (const field of PICTURES) $(`f-${field}`).accept = KINDS.join();

  /** Upload an image. @param {Picture} field @param {File|undefined} file */
  async function chosen(field, file) {
    if (!file) return;
    if (!isShrinkable(file)) return send(field, file);
    const one = Symbol(field);
    sending[field] = one;
    const small = await shrink(file);
    if (sending[field] === one) await send(field, small);
  }

  /** @param {Picture} field @param {File} file */
  async function send(field, file) {
    const flaw = flawInFile(file);
    if (flaw) return refuse(field, flaw);
    const one = Symbol(field);
    sending[field] = one;
    const isNewest = () => sending[field] === one;
    $(`f-${field}`).value = ""; // so that the same file can be chosen again
    change({ type: "field_invalid", field, message: undefined });
    change({ type: "busy", name: field, on: true });
    say("Sending the picture.");
    try {
      /** @type {Reply<ImageStored>} */
      const { body } = await uploadSigned("/admin/api/images", file);
      if (!isNewest()) return;
      change({ type: "typed", field, value: body.image });
      say("The picture is there.");
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
      if (isNewest()) refuse(field, whyNotTaken(failure));
      if (failure.status === 401) change({ type: "refused", status: 401, problem: {}, about: "picture" });
    } finally {
      if (isNewest()) change({ type: "busy", name: field, on: false });
    }
  }

  /** @type {() => Picture[]} */
  const fields = () => PICTURES.filter((field) => field in sending);

  /** @param {Picture} field @param {string} message */
  function refuse(field, message) {
    $(`f-${field}`).value = "";
    change({ type: "field_invalid", field, message });
    say(message);
  }

  /** @param {Picture} field */
  function remove(field) {
    change({ type: "typed", field, value: "" });
    say("The picture is taken out.");
    $(`f-${field}`).focus(); // the button that had the focus is hidden
  }

  /** Ignore uploads that have not finished: the form that they were for is closed. */
  function forget() {
    for (const field of fields()) change({ type: "busy", name: field, on: false });
    sending = {};
  }

  /** Return the errors of uploads that have not finished. @returns {FormErrors} */
  function underWay() {
    const busy = fields().filter((field) => read().busy[field]);
    return Object.fromEntries(
      busy.map((field) => [field, "This picture is still on its way. Try again once it is here."]),
    );
  }

  return { chosen, remove, forget, underWay };
}
