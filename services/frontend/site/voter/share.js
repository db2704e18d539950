// Hands the poll on: by the device's own sheet, else as a link to be pasted. The link never carries a code.
import { write } from "../dom.js";
import { phrase } from "../logic/i18n.js";

const [button, said] = [document.getElementById("share"), document.getElementById("shared")];

/** @param {() => {poll_id: string, question: string}} shown the poll on the screen */
export function offerSharing(shown) {
  button.addEventListener("click", async () => {
    const { poll_id, question } = shown();
    const url = new URL(`/p/${poll_id}`, location.origin).href;
    write(said, ""); // a second press is said again
    write(said, (await sent({ title: question, url })) ? "" : await copied(url));
  });
}

/** What was said of the poll before is of no use on the next one. */
export const forgetSharing = () => write(said, "");

/** Whether the device took it, or its owner thought better of it. */
async function sent(what) {
  try {
    await navigator.share(what);
    return true;
  } catch (failure) {
    return failure.name === "AbortError";
  }
}

/** What to say: where the clipboard is out of reach, the link itself. */
async function copied(url) {
  try {
    await navigator.clipboard.writeText(url);
    return phrase("share.copied");
  } catch {
    return url;
  }
}
