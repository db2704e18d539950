"""Benchmark: first load of the voter's page in Chromium: requests, bytes, largest contentful paint.

The paint is reported as a ratio to that of an empty page in the same run: absolute milliseconds depend on the
machine. The empty page is a plain text file of the same site, without style or script.
"""

import gzip
import statistics
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Page, Response, WebSocket, sync_playwright

MAX_REQUESTS: Final = 9
MAX_BYTES: Final = 32 * 1024
PATIENCE_MILLISECONDS: Final = 60_000
ARGUMENTS: Final = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
)  # fmt: skip
EMPTY: Final = "/vendor/uqr.LICENSE.txt"
REMEMBER_PAINT: Final = """
new PerformanceObserver((list) => { window.largestPaint = list.getEntries().at(-1).startTime; })
  .observe({ type: "largest-contentful-paint", buffered: true });
"""


@dataclass(frozen=True, slots=True)
class PageLoad:
    """Cost of a first load; paints are medians in milliseconds."""

    requests: int
    compressed: int
    hosts: tuple[str, ...]
    paint: float
    empty_paint: float

    @property
    def ratio(self) -> float:
        """Largest contentful paint of our page, divided by that of the empty page."""
        return self.paint / self.empty_paint

    @property
    def as_claimed(self) -> bool:
        """Whether requests and bytes are within budget and of one host; the paint has no limit."""
        return self.requests <= MAX_REQUESTS and self.compressed <= MAX_BYTES and len(self.hosts) == 1


@dataclass
class _Asked:
    answers: list[Response] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)

    def answered(self, answer: Response) -> None:
        self.answers.append(answer)
        self.addresses.append(answer.url)

    def opened(self, socket: WebSocket) -> None:
        self.addresses.append(socket.url)

    def compressed(self) -> int:
        """Return the transferred bytes, compressed here with gzip; the emulator does not compress."""
        heads = sum(answer.request.sizes()["responseHeadersSize"] for answer in self.answers)
        bodies = [answer.body() for answer in self.answers]
        return heads + sum(min(len(body), len(gzip.compress(body, 6))) for body in bodies)


def measure(site: str, chromium: Path, runs: int) -> PageLoad:
    """Load both pages `runs` times in turn, each time with a new browser context."""
    empty: list[float] = []
    ours: list[float] = []
    asked = _Asked()
    compressed = 0
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        for _ in range(runs):
            page = _page(browser, site)
            page.goto(EMPTY)
            empty.append(_paint(page))
            page.context.close()
            page = _page(browser, site)
            asked = _Asked()
            page.on("response", asked.answered)
            page.on("websocket", asked.opened)
            page.goto("/")
            page.locator('#live[data-mode="live"]').wait_for()
            ours.append(_paint(page))
            compressed = asked.compressed()
            page.context.close()
        browser.close()
    hosts = {address.split("/")[2] for address in asked.addresses}
    return PageLoad(
        len(asked.addresses),
        compressed,
        tuple(sorted(hosts)),
        statistics.median(ours),
        statistics.median(empty),
    )


def _page(browser: Browser, site: str) -> Page:
    context = browser.new_context(base_url=site, viewport={"width": 390, "height": 844})
    context.set_default_timeout(PATIENCE_MILLISECONDS)
    page = context.new_page()
    page.add_init_script(REMEMBER_PAINT)
    return page


def _paint(page: Page) -> float:
    page.wait_for_load_state("networkidle")
    paint: float = page.evaluate("() => window.largestPaint")
    return paint
