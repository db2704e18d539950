// The pictures of the two options: chosen, sent as they are, shown, taken out again.
import { Failure } from "../api.js";
import { flawInFile, whyNotTaken } from "../logic/pictures.js";
import { $, say, show, write } from "./dom.js";
import { uploadSigned } from "./session.js";

/** @param {"image_a"|"image_b"} field @param {string} path "" for none */
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
 * @param {() => object} read the page's state
 * @param {(action: object) => void} change changes the form, and keeps it
 */
export function picturesOf(read, change) {
  let sending = {}; // by field: what the newest picture is told by

  async function chosen({ name: field, files: [file] }) {
    if (!file) return;
    const flaw = flawInFile(file);
    if (flaw) return refuse(field, flaw);
    const one = (sending[field] = Symbol(field));
    const isNewest = () => sending[field] === one;
    $(`f-${field}`).value = ""; // so that the same file can be chosen again
    change({ type: "field_invalid", field, message: undefined });
    change({ type: "busy", name: field, on: true });
    say("Sending the picture.");
    try {
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

  function refuse(field, message) {
    $(`f-${field}`).value = "";
    change({ type: "field_invalid", field, message });
    say(message);
  }

  function remove(field) {
    change({ type: "typed", field, value: "" });
    say("The picture is taken out.");
    $(`f-${field}`).focus(); // the button went with it
  }

  /** Whatever is under way was for what is no longer written here. */
  function forget() {
    for (const field of Object.keys(sending)) change({ type: "busy", name: field, on: false });
    sending = {};
  }

  function underWay() {
    const fields = Object.keys(sending).filter((field) => read().busy[field]);
    return Object.fromEntries(
      fields.map((field) => [field, "This picture is still on its way. Try again once it is here."]),
    );
  }

  return { chosen, remove, forget, underWay };
}
