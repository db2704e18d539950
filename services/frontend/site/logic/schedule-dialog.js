// Times that are arranged for a poll: what is offered, what is wrong with them, and which of them are asked for. No I/O, no DOM.
import { asLocal, readLocal } from "./localtime.js";

const MINUTE_MS = 60_000;
const AHEAD_MS = 10 * MINUTE_MS; // the opening that is offered first
const ROUND_MS = 5 * MINUTE_MS;

/** @returns {string|null} the moment that a field holds; null: none, or no whole one */
export function timeOf(field) {
  const read = readLocal(field);
  return read && new Date(read.instant).toISOString();
}

/** What the fields hold when the dialog opens. @param {"schedule"|"move"|"until"} step */
export function offered(step, { opens_at, closes_at }, now) {
  const soon = (from) => new Date(Math.ceil((from + AHEAD_MS) / ROUND_MS) * ROUND_MS).toISOString();
  const end = closes_at ? asLocal(closes_at) : "";
  if (step === "until")
    return { opens_at: "", closes_at: asLocal(soon(Math.max(now, closes_at ? Date.parse(closes_at) : now))) };
  const opens = opens_at && Date.parse(opens_at) > now ? opens_at : soon(now);
  return { opens_at: asLocal(opens), closes_at: end };
}

/**
 * What is wrong with the fields before they are worth sending; the API has the last word.
 * @returns {{opens_at?: string, closes_at?: string}}
 */
export function flawsIn(step, { opens_at, closes_at }, poll, now) {
  const flaws = {};
  const [opens, closes] = [timeOf(opens_at), timeOf(closes_at)].map((time) => (time ? Date.parse(time) : null));
  if (step === "until") {
    if (closes === null) flaws.closes_at = "Choose a time.";
    else if (closes <= now) flaws.closes_at = "Choose a time to come.";
    else if (poll.closes_at && closes < Date.parse(poll.closes_at))
      flaws.closes_at = "An end only becomes later. To end it sooner, close it.";
    return flaws;
  }
  if (opens === null) flaws.opens_at = "Choose a time.";
  else if (opens <= now) flaws.opens_at = "Choose a time to come.";
  if (closes !== null && opens !== null && closes <= opens) flaws.closes_at = "It has to close after it opens.";
  return flaws;
}

/**
 * The times that are asked for. What was not touched is not asked for again, so that it keeps its seconds; but scheduling
 * always names the opening, without which it would be now.
 */
export function timesIn(step, typed, poll) {
  const times = {};
  for (const name of step === "until" ? ["closes_at"] : ["opens_at", "closes_at"]) {
    const before = poll[name] ? asLocal(poll[name]) : "";
    if (typed[name] !== before) times[name] = timeOf(typed[name]);
    else if (step === "schedule" && name === "opens_at") times[name] = poll[name];
  }
  return times;
}
