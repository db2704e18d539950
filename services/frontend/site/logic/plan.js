// Times that are arranged: typed in the organiser's own time, kept and shown in UTC as well. No I/O, no DOM.

const local = new Intl.DateTimeFormat("en", {
  weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "numeric", minute: "2-digit", timeZoneName: "short",
});
const MINUTE_MS = 60_000;
const AHEAD_MS = 10 * MINUTE_MS; // the opening that is offered first
const ROUND_MS = 5 * MINUTE_MS;

/** @returns {string} what a field for local time shows of this moment, to the minute */
export function fieldOf(time) {
  const at = new Date(time);
  const two = (n) => String(n).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** @returns {string|null} the moment that a field holds; null: none, or no whole one */
export function timeOf(field) {
  const at = new Date(field);
  return field && !Number.isNaN(at.valueOf()) ? at.toISOString() : null;
}

/** What a field holds, by both clocks. A time that a change of clocks leaves out is said to be another. */
export function bothClocks(field) {
  const time = timeOf(field);
  if (!time) return "";
  const skipped = fieldOf(time) === field.slice(0, 16) ? "" : "Clocks go forward then; this is meant: ";
  return `${skipped}${local.format(new Date(time))} = ${time.slice(0, 16).replace("T", " ")} UTC`;
}

/** What the fields hold when the dialog opens. @param {"schedule"|"move"|"until"} step */
export function offered(step, { opens_at, closes_at }, now) {
  const soon = (from) => new Date(Math.ceil((from + AHEAD_MS) / ROUND_MS) * ROUND_MS).toISOString();
  const end = closes_at ? fieldOf(closes_at) : "";
  if (step === "until") return { opens_at: "", closes_at: fieldOf(soon(Math.max(now, closes_at ? Date.parse(closes_at) : now))) };
  const opens = opens_at && Date.parse(opens_at) > now ? opens_at : soon(now);
  return { opens_at: fieldOf(opens), closes_at: end };
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
    else if (poll.closes_at && closes < Date.parse(poll.closes_at)) flaws.closes_at = "An end only becomes later. To end it sooner, close it.";
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
    const before = poll[name] ? fieldOf(poll[name]) : "";
    if (typed[name] !== before) times[name] = timeOf(typed[name]);
    else if (step === "schedule" && name === "opens_at") times[name] = poll[name];
  }
  return times;
}
