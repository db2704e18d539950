// The live connection: a ticket, a WebSocket, a snapshot, then newer ones. When sockets fail, polling takes over.
import { Failure } from "./api.js";
import { messageIn } from "./logic/live-messages.js";
import { backoff, reconnectSpread } from "./logic/retry.js";
import { now } from "./now.js";

/** @import { LiveMessage, LiveMode, Times } from "page-state" */

const PING_MS = 4.5 * 60_000; // API Gateway drops a socket after 10 idle minutes
const OPEN_MS = 10_000; // a handshake that takes longer is lost, though browsers wait for minutes
const PONG_MS = 8_000; // without a pong by then the socket is dead, even if its state is open (a phone that slept)
const RENEW_MS = 110 * 60_000; // API Gateway drops any socket after two hours
const STEADY_MS = 5_000; // a socket that closes sooner counts as a failure, so that reconnecting backs off
const PATIENCE_MS = 3_000; // without a socket for longer, results are fetched
const POLL_MS = 3_000;
const SOCKET_TIMERS = /** @type {const} */ (["open", "ping", "pong", "snapshot", "steady", "renew"]);

/**
 * Keep a live connection open until `stop` is called.
 * @param {object} options
 * @param {() => Promise<string>} options.ticket a fresh single-use ticket, one for each connection
 * @param {() => {poll_id?: string, version?: number}} options.shown the poll and version on the page; only newer
 *   snapshots are sent
 * @param {(message: LiveMessage, times: Times) => void} options.onMessage `sent`: the time of the page's last ping
 * @param {(mode: LiveMode) => void} options.onMode
 * @param {() => Promise<unknown>} options.fetchInstead one round of polling
 * @param {number} [options.pingMs] the time between two pings
 * @param {string} [options.path]
 */
export function connectLive({ ticket, shown, onMessage, onMode, fetchInstead, pingMs = PING_MS, path = "/ws" }) {
  /** @type {WebSocket|null} */
  let socket = null;
  let failures = 0;
  /** @type {number|null} The number of open pages, in the last message about it. */
  let audience = null;
  let opening = false;
  let outdated = false; // the ticket being fetched: its scope has changed since
  let heard = Date.now(); // the device's clock: the page's may stop while the device sleeps
  /** @type {number|null} The time of the first unanswered ping. */
  let sent = null;
  /** @type {{poll_id?: string, version?: number}} The content of the last ping. */
  let asked = {};
  let snapshotReceived = false; // of that poll, since the last ping
  let stopped = false;
  /** @type {LiveMode} */
  let mode = "connecting";
  const timers = { open: 0, ping: 0, pong: 0, snapshot: 0, steady: 0, renew: 0, retry: 0, patience: 0, poll: 0 };

  /** @param {LiveMode} next */
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
      again(failure instanceof Failure ? failure.retryAfter : null);
    } finally {
      opening = false;
    }
  }

  /** @param {WebSocket} fresh */
  function listen(fresh) {
    socket = fresh;
    timers.open = setTimeout(fail, OPEN_MS);
    /**
     * Ignore events of a socket that has been replaced.
     * @type {<T>(handle: (event: T) => void) => (event: T) => void}
     */
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

  /** Handle a message. Only a pong sets the mode to live. @param {unknown} data */
  function receive(data) {
    const received = now();
    const read = messageIn(data);
    if (read.kind === "failure") return fail();
    if (read.kind !== "message") return;
    const { message } = read;
    heard = Date.now();
    if (message.type === "audience") audience = message.audience;
    if (message.poll_id && message.poll_id === asked.poll_id) snapshotReceived = true;
    onMessage(message, { sent: sent ?? received, received });
    if (message.type === "pong") answered();
  }

  /**
   * Handle a pong. The snapshot follows it; if it does not, the counts are fetched: a poll that has closed sends no
   * other.
   */
  function answered() {
    clearTimeout(timers.pong);
    sent = null;
    timers.steady ||= setTimeout(() => {
      failures = 0;
    }, STEADY_MS);
    become("live");
    clearTimeout(timers.snapshot);
    timers.snapshot = setTimeout(
      () => {
        if (asked.poll_id && !asked.version && !snapshotReceived) fetchInstead().catch(() => {});
      },
      PATIENCE_MS * (1 + Math.random()),
    );
  }

  function ping() {
    clearTimeout(timers.ping);
    if (socket?.readyState !== WebSocket.OPEN) return;
    [asked, snapshotReceived] = [shown(), false];
    socket.send(JSON.stringify({ action: "ping", ...asked }));
    sent ??= now();
    clearTimeout(timers.pong);
    timers.pong = setTimeout(fail, PONG_MS); // the page may be out of date, and shows that
    timers.ping = setTimeout(ping, pingMs);
  }

  function drop() {
    for (const name of SOCKET_TIMERS) {
      clearTimeout(timers[name]);
      timers[name] = 0;
    }
    sent = null;
    const old = socket;
    socket = null;
    old?.close();
  }

  /** Retry with backoff. @param {number|null} retryAfter seconds */
  function again(retryAfter) {
    if (stopped) return;
    failures += 1;
    const lost = mode === "live" ? reconnectSpread(audience, Math.random()) : 0;
    if (mode === "live") become("connecting");
    timers.retry = setTimeout(open, lost + backoff(failures, retryAfter, Math.random()));
  }

  /** Close the socket and connect again with a new ticket, which may have another scope. */
  function renew() {
    outdated = true;
    drop();
    open();
  }

  /** Ping or connect at once, after sleep or without a network. */
  function wake() {
    if (stopped || document.hidden) return;
    const slept = Date.now() - heard > PING_MS + PONG_MS; // a page that is awake receives messages more often
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
