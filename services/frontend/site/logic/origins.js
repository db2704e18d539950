// The origins of sites that may embed a poll, as they are typed: one per line. No I/O, no DOM.
import { phrase } from "./i18n.js";

const MAX_ORIGINS = 10;
const HOST = /^[a-z0-9.-]+(:\d+)?$/;
const EXAMPLE = "https://example.org";

/** @param {string} text */
const linesOf = (text) =>
  text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter(Boolean);

/**
 * Return the origins as the API takes them. A line that is no URL is returned unchanged, so that the API names it.
 * @param {string} text
 */
export const originsIn = (text) => linesOf(text).map((line) => parsed(line)?.origin ?? line);

/** Return the error of the first invalid line, with a correction; "" if all lines are valid. @param {string} text */
export function flawInOrigins(text) {
  const lines = linesOf(text);
  for (const line of lines) {
    const flaw = flawIn(line);
    if (flaw) return phrase("origin.line", { line, flaw });
  }
  return lines.length > MAX_ORIGINS
    ? phrase("origin.too_many", { max: MAX_ORIGINS, extra: lines.length - MAX_ORIGINS })
    : "";
}

/** @param {string} line */
function flawIn(line) {
  if (line.includes("*")) return phrase("origin.wildcard");
  const address = addressIn(line) ?? addressIn(`https://${line}`);
  if (!address) return phrase("origin.example", { example: EXAMPLE });
  const { protocol, username, pathname, search, hash, host, origin } = address;
  if (!addressIn(line)) return phrase("origin.scheme", { origin });
  if (protocol === "http:") return phrase("origin.insecure", { origin: `https://${host}` });
  if (username || pathname !== "/" || search || hash || /[?#]$/.test(line)) return phrase("origin.path", { origin });
  return "";
}

/** @param {string} text */
function parsed(text) {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}

/**
 * Return the http or https URL in a text; null for any other, or for a host that has to be escaped.
 * @param {string} text
 */
function addressIn(text) {
  const address = parsed(text);
  return address && ["http:", "https:"].includes(address.protocol) && HOST.test(address.host) ? address : null;
}
