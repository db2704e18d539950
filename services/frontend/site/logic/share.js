// How a poll is handed on: its link, and the code that shows it inside another site's page. No I/O, no DOM.

/** @param {string} origin of this site */
export const linkOf = (origin, pollId) => `${origin}/p/${pollId}`;

const entity = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escaped = (text) => text.replaceAll(/[&<>"]/g, (one) => entity[one]);

/** To be pasted as it is: what somebody has written as a question is text in it, and cannot leave its attribute. */
export const frameOf = (origin, { poll_id, question }) =>
  `<iframe src="${origin}/embed/${poll_id}" title="${escaped(question)}" width="100%" height="360" style="border: 0" loading="lazy"></iframe>`;

/** Whether the link leads somewhere already. */
export const aboutLink = (lifecycle) =>
  lifecycle === "draft"
    ? "The link shows the poll once it is open or scheduled."
    : "Whoever has the link, or points a camera at the code, comes to this poll.";
