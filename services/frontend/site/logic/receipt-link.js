// The link from the voter's page to the page that checks a receipt.

/**
 * Return the link that checks a receipt. The receipt is in the fragment, which browsers send to no server.
 * @param {string} pollId
 * @param {string} receipt
 */
export const linkToVerify = (pollId, receipt) => `/verify#poll=${pollId}&receipt=${receipt}`;
