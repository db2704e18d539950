// The sites that may show a poll inside their pages, as they are typed: one a line. No I/O, no DOM.
const MOST = 10;
const HOST = /^[a-z0-9.-]+(:\d+)?$/;
const EXAMPLE = "https://example.org";

const linesOf = (text) =>
  text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter(Boolean);

/** The origins as the API takes them. What is no address stays as it is, for the API to name. */
export const originsIn = (text) => linesOf(text).map((line) => parsed(line)?.origin ?? line);

/** What is wrong with the first line that is not right, and what to write instead; "" when all are. */
export function flawInOrigins(text) {
  const lines = linesOf(text);
  for (const line of lines) {
    const flaw = flawIn(line);
    if (flaw) return `“${line}”: ${flaw}`;
  }
  return lines.length > MOST ? `At most ${MOST} sites: take ${lines.length - MOST} out.` : "";
}

function flawIn(line) {
  if (line.includes("*")) return "name each site by itself: a * is not taken.";
  const address = addressIn(line) ?? addressIn(`https://${line}`);
  if (!address) return `write an origin, such as ${EXAMPLE}.`;
  const { protocol, username, pathname, search, hash, host, origin } = address;
  if (!addressIn(line)) return `write it with https:// in front: ${origin}`;
  if (protocol === "http:") return `a page without https cannot show it: use https://${host}, if the site has it.`;
  if (username || pathname !== "/" || search || hash || /[?#]$/.test(line))
    return `write the site alone, without a path: ${origin}`;
  return "";
}

function parsed(text) {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}

/** An address of the web; a host that has to be escaped is none. */
function addressIn(text) {
  const address = parsed(text);
  return address && ["http:", "https:"].includes(address.protocol) && HOST.test(address.host) ? address : null;
}
