// One submission of a form, which may be sent more than once and must create one thing.

/**
 * The submission to send: the one that is still unanswered, if it asks for the same, else a new one.
 * @param {{asked: string, key: string}|null} unanswered
 * @param {string} asked what is asked for, as it is sent
 * @param {string} fresh a key that was never used
 * @returns {{asked: string, key: string}}
 */
export function submissionOf(unanswered, asked, fresh) {
  return unanswered?.asked === asked ? unanswered : { asked, key: fresh };
}
