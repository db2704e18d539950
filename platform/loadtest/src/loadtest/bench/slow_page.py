"""Benchmark: the voter's page on a slow phone, beside that of an earlier revision, in one run.

Chromium emulates "Slow 3G" and a processor of a quarter of this machine's speed. Both pages are built by
their own revision's build, served compressed by one server, and use the running stack's APIs. The times of
one run are compared with each other: absolute seconds depend on the machine.
"""

import gzip
import mimetypes
import statistics
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from subprocess import run as run_program
from threading import Thread
from typing import Any, Final

import httpx
from devkit.checkout import ROOT
from playwright.sync_api import Browser, Page, sync_playwright

from loadtest.bench.page import ARGUMENTS, PATIENCE_MILLISECONDS

MAX_CAN_VOTE: Final = 0.75
MAX_CONFIRMED: Final = 0.6
SLOW_3G: Final = {
    "offline": False,
    "latency": 2_000,
    "downloadThroughput": 400 * 1_000 / 8,
    "uploadThroughput": 400 * 1_000 / 8,
}
"""Round trips of two seconds and 400 kbit/s, as Chromium's developer tools name it."""

CPU_SLOWDOWN: Final = 4
READING_MILLISECONDS: Final = 4_000
"""Time that a voter takes to read the question before the tap."""

APIS: Final = ("/polls/", "/results/", "/voter-token", "/vote", "/live/", "/images/")
FORWARDED: Final = ("content-type", "cookie", "sec-fetch-site", "accept", "user-agent")
RETURNED: Final = ("content-type", "cache-control", "set-cookie", "age", "retry-after")
WATCH: Final = """
  const option = () => document.querySelector('[data-choice="a"]');
  const once = (name, holds) => {
    const look = () => {
      if (window[name] === undefined && holds()) window[name] = performance.now();
      else if (window[name] === undefined) setTimeout(look, 20);
    };
    look();
  };
  once("canVote", () => option()?.offsetParent && option().getAttribute("aria-disabled") === "false");
  once("confirmed", () => document.querySelector("#receipt")?.offsetParent);
  addEventListener("click", () => { window.tapped ??= performance.now(); }, true);
"""


@dataclass(frozen=True, slots=True)
class SlowLoad:
    """Medians in seconds: from the navigation until a vote can be cast, and from the tap to the receipt."""

    can_vote: float
    confirmed: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """The page of this checkout and that of the earlier revision."""

    before: SlowLoad
    now: SlowLoad

    @property
    def can_vote_ratio(self) -> float:
        """Return the time until a vote can be cast, divided by that of the earlier page."""
        return self.now.can_vote / self.before.can_vote

    @property
    def confirmed_ratio(self) -> float:
        """Return the time from the tap to the receipt, divided by that of the earlier page."""
        return self.now.confirmed / self.before.confirmed

    @property
    def as_claimed(self) -> bool:
        """Return whether both ratios are within their limits."""
        return self.can_vote_ratio <= MAX_CAN_VOTE and self.confirmed_ratio <= MAX_CONFIRMED


def measure(site: str, chromium: Path, runs: int, earlier: Path, scratch: Path) -> Comparison:
    """Load and vote `runs` times with each page, in turn, each time as a new voter.

    `earlier`: the site and the build of the earlier revision.
    """
    times: dict[str, list[SlowLoad]] = {"before": [], "now": []}
    with (
        _serve(_built(earlier, scratch / "before"), site) as before,
        _serve(_built(ROOT, scratch / "now"), site) as now,
        sync_playwright() as driver,
    ):
        browser = driver.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        for _ in range(runs):
            for name, origin in (("before", before), ("now", now)):
                times[name].append(_vote(browser, origin))
        browser.close()
    return Comparison(*(_median(times[name]) for name in ("before", "now")))


def _median(loads: list[SlowLoad]) -> SlowLoad:
    return SlowLoad(
        statistics.median(load.can_vote for load in loads),
        statistics.median(load.confirmed for load in loads),
    )


def _vote(browser: Browser, origin: str) -> SlowLoad:
    context = browser.new_context(base_url=origin, viewport={"width": 390, "height": 844}, has_touch=True)
    context.set_default_timeout(PATIENCE_MILLISECONDS)
    page = context.new_page()
    page.add_init_script(WATCH)
    devtools = context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.send("Network.emulateNetworkConditions", SLOW_3G)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": CPU_SLOWDOWN})
    page.goto("/", wait_until="commit")
    page.wait_for_function("() => window.canVote")
    page.wait_for_timeout(READING_MILLISECONDS)
    page.locator('[data-choice="a"]').tap()
    page.wait_for_function("() => window.confirmed")
    load = SlowLoad(_seconds(page, "canVote"), _seconds(page, "confirmed - window.tapped"))
    context.close()
    return load


def _seconds(page: Page, of: str) -> float:
    milliseconds: float = page.evaluate(f"() => window.{of}")
    return milliseconds / 1000


def _built(checkout: Path, out: Path) -> Path:
    build = [sys.executable, "-m", "site_build", str(checkout / "services/frontend/site"), str(out)]
    run_program(build, env={"PYTHONPATH": str(checkout / "platform/build/src")}, check=True)
    return out


@contextmanager
def _serve(folder: Path, site: str) -> Iterator[str]:
    """Serve a built site as the distribution does: compressed files, and the APIs of the running stack."""
    with httpx.Client(base_url=site, timeout=60, trust_env=False) as apis:
        handler = type("Handler", (_Handler,), {"folder": folder, "apis": apis, "site": site})
        server = _Server(("localhost", 0), handler)
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://localhost:{server.server_port}"
        finally:
            server.shutdown()
            server.server_close()


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore a connection that a closed page has left."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    folder: Path
    apis: httpx.Client
    site: str

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path.startswith(APIS):
            self._forward(b"")
            return
        file = self.folder / (path.removeprefix("/") or "index.html")
        if not file.is_file():  # a live connection, too: both pages then take results from the API
            self._answer(404, {}, b"")
            return
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        headers = {"content-type": kind, "content-encoding": "gzip"}
        headers["cache-control"] = "max-age=31536000, immutable" if "/assets/" in path else "no-cache"
        self._answer(200, headers, gzip.compress(file.read_bytes(), 6))

    def do_POST(self) -> None:
        self._forward(self.rfile.read(int(self.headers.get("content-length", "0"))))

    def _forward(self, body: bytes) -> None:
        headers = {name: self.headers[name] for name in FORWARDED if name in self.headers}
        origin = {"origin": self.site} if "origin" in self.headers else {}
        answer = self.apis.request(self.command, self.path, content=body, headers=headers | origin)
        kept = {name: answer.headers[name] for name in RETURNED if name in answer.headers}
        self._answer(answer.status_code, kept, answer.content)

    def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in {**headers, "content-length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the name is http.server's)
        """Print nothing."""
