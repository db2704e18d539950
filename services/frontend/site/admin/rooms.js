// The rooms of the organiser's page: polls, people, the audit log. Which one is shown stands in the address, so that
// it can be linked to, and is there again after a reload and after the way to the sign-in page.
import { roomIn, ROOMS } from "../logic/rooms.js";
import { $ } from "./dom.js";

/**
 * @param {Record<string, () => void>} enter what to do when a room is entered, by room
 * @returns {() => void} to be called once whoever asks is signed in
 */
export function roomsOf(enter) {
  function show() {
    const room = roomIn(location.hash);
    document.body.dataset.room = room;
    for (const link of $("rooms").children) {
      if (link.hash === `#${room}`) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    for (const other of ROOMS.slice(1)) $(`room-${other}`).hidden = other !== room;
    return room;
  }

  addEventListener("hashchange", () => {
    const room = show();
    headingOf(room)?.focus({ preventScroll: true });
    scrollTo(0, 0);
    enter[room]?.();
  });
  show();
  return () => enter[show()]?.();
}

/** What a room is called on its own page: whoever does not see that it has changed is told by it. */
const headingOf = (room) =>
  [...document.querySelectorAll(room === "polls" ? "#desk h1" : `#room-${room} h1`)].find((heading) => heading.checkVisibility());
