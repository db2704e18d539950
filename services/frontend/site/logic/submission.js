// Idempotency keys of submissions: a submission that is sent several times creates one thing.

/**
 * Return the submission to send: the unanswered one if its content is the same, otherwise a new one.
 * @param {{asked: string, key: string}|null} unanswered
 * @param {string} asked the content
 * @param {string} fresh a new key
 * @returns {{asked: string, key: string}}
 */
export function submissionOf(unanswered, asked, fresh) {
  return unanswered?.asked === asked ? unanswered : { asked, key: fresh };
}
