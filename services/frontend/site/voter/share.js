// Shares the poll by the dialog of the device, or by copying its link. The link never contains a code.
import { $, write } from "../dom.js";
import { phrase } from "../logic/i18n.js";

const [button, said] = [$("share"), $("shared")];

/** @param {() => {poll_id: string, question: string}|null} shown the poll on the page */
export function offerSharing(shown) {
  button.addEventListener("click", async () => {
    const poll = shown();
    if (!poll) return;
    const { poll_id, question } = poll;
    const url = new URL(`/p/${poll_id}`, location.origin).href;
    write(said, ""); // so that a second press is announced again
    write(said, (await sent({ title: question, url })) ? "" : await copied(url));
  });
}

/** Remove the notice about the poll before. */
export const forgetSharing = () => write(said, "");

/**
 * Share by the dialog of the device.
 * @param {ShareData} data
 * @returns {Promise<boolean>} whether it was shared or cancelled
 */
async function sent(data) {
  try {
    await navigator.share(data);
    return true;
  } catch (failure) {
    return failure instanceof DOMException && failure.name === "AbortError";
  }
}

/** Copy the link. Return the notice; without access to the clipboard, the link itself. @param {string} url */
async function copied(url) {
  try {
    await navigator.clipboard.writeText(url);
    return phrase("share.copied");
  } catch {
    return url;
  }
}
