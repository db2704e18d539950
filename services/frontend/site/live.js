// The live connection: a ticket, a socket, a snapshot, then newer ones; when sockets fail, polling takes over.
import { messageIn } from "./logic/frames.js";
import { backoff } from "./logic/retry.js";
import { now } from "./now.js";

const PING_MS = 4.5 * 60_000; // API Gateway drops a socket after 10 idle minutes
const OPEN_MS = 10_000; // a handshake that takes longer is lost, though browsers wait for minutes
const PONG_MS = 8_000; // no pong by then: the socket is dead, whatever it says (a phone that slept)
const RENEW_MS = 110 * 60_000; // and any socket after two hours
const STEADY_MS = 5_000; // only a socket that answers and lasts is a success: one cut at once must not come back at once
const PATIENCE_MS = 3_000; // without a socket for longer, results are fetched
const POLL_MS = 3_000;

/**
 * @param {object} options
 * @param {() => Promise<string>} options.ticket a fresh single-use ticket; a new one for each connection
 * @param {() => {poll_id?: string, version?: number}} options.shown what is on the page, to be told only what is newer
 * @param {(frame: object, times: {sent: number, received: number}) => void} options.onFrame `sent`: when the page last
 *   asked, by its own clock
 * @param {(mode: "connecting"|"live"|"delayed") => void} options.onMode
 * @param {() => Promise<void>} options.fetchInstead one round of polling
 */
export function connectLive({ ticket, shown, onFrame, onMode, fetchInstead, path = "/ws" }) {
  let socket = null;
  let failures = 0;
  let opening = false;
  let outdated = false; // the ticket that is being fetched: something has changed since
  let heard = Date.now(); // of the device: the page's clock may stand still while it sleeps
  let sent = null; // the first ping that no pong has answered
  let asked = {}; // by the last ping
  let told = false; // of that poll, since
  let stopped = false;
  let mode = "connecting";
  const timers = { open: 0, ping: 0, pong: 0, snapshot: 0, steady: 0, renew: 0, retry: 0, patience: 0, poll: 0 };

  function become(next) {
    if (mode === next) return;
    mode = next;
    clearTimeout(timers.patience);
    clearTimeout(timers.poll);
    if (mode === "connecting") expectSoon();
    if (mode === "delayed") pollOnce();
    onMode(mode);
  }

  function expectSoon() {
    clearTimeout(timers.patience);
    timers.patience = setTimeout(() => become("delayed"), PATIENCE_MS);
  }

  async function pollOnce() {
    if (!document.hidden) await fetchInstead().catch(() => {});
    if (mode === "delayed" && !stopped) timers.poll = setTimeout(pollOnce, POLL_MS * (1 + Math.random() / 2));
  }

  async function open() {
    if (stopped || opening || socket) return;
    opening = true;
    clearTimeout(timers.retry);
    try {
      let secret;
      do {
        outdated = false;
        secret = await ticket();
      } while (outdated);
      if (stopped) return;
      const url = new URL(`${path}?ticket=${encodeURIComponent(secret)}`, location.href);
      url.protocol = url.protocol.replace("http", "ws");
      listen(new WebSocket(url));
    } catch (failure) {
      again(failure?.retryAfter ?? null);
    } finally {
      opening = false;
    }
  }

  function listen(fresh) {
    socket = fresh;
    timers.open = setTimeout(fail, OPEN_MS);
    const mine = (handle) => (event) => fresh === socket && handle(event);
    fresh.addEventListener(
      "open",
      mine(() => {
        clearTimeout(timers.open);
        ping(); // the answer to the first ping is the snapshot
        timers.renew = setTimeout(renew, RENEW_MS * (0.9 + Math.random() / 10));
      }),
    );
    fresh.addEventListener(
      "message",
      mine((event) => receive(event.data)),
    );
    fresh.addEventListener("close", mine(fail));
  }

  function fail() {
    drop();
    again(null);
  }

  /** Only the answer to a ping makes the page live. */
  function receive(data) {
    const received = now();
    const { kind, frame } = messageIn(data);
    if (kind === "failure") return fail();
    if (kind === "unknown") return;
    heard = Date.now();
    if (frame.poll_id && frame.poll_id === asked.poll_id) told = true;
    onFrame(frame, { sent: sent ?? received, received });
    if (frame.type === "pong") answered();
  }

  /** The snapshot comes after its pong. If it does not, the counts are fetched: a poll that has closed sends no other. */
  function answered() {
    clearTimeout(timers.pong);
    sent = null;
    timers.steady ||= setTimeout(() => (failures = 0), STEADY_MS);
    become("live");
    clearTimeout(timers.snapshot);
    timers.snapshot = setTimeout(
      () => {
        if (asked.poll_id && !asked.version && !told) fetchInstead().catch(() => {});
      },
      PATIENCE_MS * (1 + Math.random()),
    );
  }

  function ping() {
    clearTimeout(timers.ping);
    if (socket?.readyState !== WebSocket.OPEN) return;
    [asked, told] = [shown(), false];
    socket.send(JSON.stringify({ action: "ping", ...asked }));
    sent ??= now();
    clearTimeout(timers.pong);
    timers.pong = setTimeout(fail, PONG_MS); // what is shown may be old, and that is said
    timers.ping = setTimeout(ping, PING_MS);
  }

  function drop() {
    for (const name of ["open", "ping", "pong", "snapshot", "steady", "renew"]) {
      clearTimeout(timers[name]);
      timers[name] = 0;
    }
    sent = null;
    const old = socket;
    socket = null;
    old?.close();
  }

  function again(retryAfter) {
    if (stopped) return;
    failures += 1;
    if (mode === "live") become("connecting");
    timers.retry = setTimeout(open, backoff(failures, retryAfter, Math.random()));
  }

  /** Close and connect anew: another ticket, perhaps another scope. */
  function renew() {
    outdated = true;
    drop();
    open();
  }

  /** Back from sleep or from no network: ask at once, do not wait for the next try. */
  function wake() {
    if (stopped || document.hidden) return;
    const slept = Date.now() - heard > PING_MS + PONG_MS; // a page that is awake hears something more often
    if (slept && mode === "live") become("connecting");
    if (socket) ping();
    else open();
  }

  function stop() {
    stopped = true;
    drop();
    for (const timer of Object.values(timers)) clearTimeout(timer);
    document.removeEventListener("visibilitychange", wake);
    removeEventListener("online", wake);
    removeEventListener("pageshow", wake);
  }

  document.addEventListener("visibilitychange", wake);
  addEventListener("online", wake);
  addEventListener("pageshow", wake);
  expectSoon();
  open();
  return { renew, stop, wake };
}
