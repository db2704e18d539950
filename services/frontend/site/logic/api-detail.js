// Error texts of the API in an organiser's terms: polls by their question, times also in local time.
import { language } from "./i18n.js";
import { byBothClocks } from "./localtime.js";

const POLL = /\bPoll ([0-9a-hjkmnp-tv-z]{26})\b/g;
const MOMENT = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;

/** Return a text of the API, which is English, where the page is: otherwise the page has words of its own. @param {string|null|undefined} text */
export const ofApi = (text) => (language() === "en" && text) || "";

/**
 * Replace ids of polls by their questions, and times by local time with UTC.
 * @param {string} text
 * @param {{poll_id: string, question: string}[]} polls the known polls
 * @param {string} [zone] of the device
 */
export function named(text, polls, zone) {
  /** @param {string} whole @param {string} id */
  const question = (whole, id) => {
    const poll = polls.find(({ poll_id }) => poll_id === id);
    return poll ? `“${poll.question}”` : whole;
  };
  return text.replaceAll(POLL, question).replaceAll(MOMENT, (time) => byBothClocks(Date.parse(time), zone));
}
