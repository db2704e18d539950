// What the API says in its own terms, said in the organiser's: polls by their question, moments by the local clock as well.
import { byBothClocks } from "./localtime.js";

const POLL = /\bPoll ([0-9a-hjkmnp-tv-z]{26})\b/g;
const MOMENT = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;

/** @param {{poll_id: string, question: string}[]} polls those that are known @param {string|undefined} zone that of the device */
export function named(text, polls, zone) {
  const question = (whole, id) => {
    const poll = polls.find(({ poll_id }) => poll_id === id);
    return poll ? `“${poll.question}”` : whole;
  };
  return text.replaceAll(POLL, question).replaceAll(MOMENT, (time) => byBothClocks(Date.parse(time), zone));
}
