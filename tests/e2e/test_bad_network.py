"""Real pages behind a bad network: each voter has one vote, and every page shows the same result.

`BAD_NETWORK_VOTERS=200 ./dev test e2e -- tests/e2e/test_bad_network.py -s` is the long form.
"""

import asyncio
import os
import sys
from collections import Counter
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

import pytest
from laptop.consistency import check_consistency
from playwright.async_api import Browser, BrowserContext, Error, Page, Request, async_playwright, expect
from testrunner.browser import find_chromium
from testrunner.chromium import ARGUMENTS

from .bad_network import BadNetwork
from .conftest import PHONE
from .live_stack import COOKIE, PATIENCE_SECONDS, RECEIPT, Organiser, Running

VOTERS: Final = int(os.environ.get("BAD_NETWORK_VOTERS", "6"))
AT_ONCE: Final = 12
"""Number of pages open at a time. The last ones stay open until the end; the others open again for the
result."""

PATIENCE: Final = 5000 * PATIENCE_SECONDS
RELOAD_AFTER: Final = 1000 * PATIENCE_SECONDS
"""Milliseconds after which a page that does not appear is loaded again; a failed script reloads it at
once."""


@dataclass
class Crowd:
    """The voters of one poll, all behind one bad network."""

    running: Running
    poll_id: str
    network: BadNetwork
    loads: int = 0
    receipts: Counter[str] = field(default_factory=Counter)
    final: Counter[str] = field(default_factory=Counter)

    async def run(self, voters: int) -> None:
        """Let all voters vote, close the poll, and read the result on each page."""
        async with async_playwright() as driver, self.network.proxy() as proxy:
            chromium = find_chromium()
            assert chromium
            browser = await driver.chromium.launch(executable_path=chromium, args=ARGUMENTS)
            devices = [await self._device(browser, proxy) for _ in range(voters)]
            last = devices[-AT_ONCE:]
            for first in range(0, voters, AT_ONCE):
                wave = list(enumerate(devices))[first : first + AT_ONCE]
                pages = await asyncio.gather(
                    *(self._vote(device, "ab"[turn % 3 % 2]) for turn, device in wave)
                )
                for (_, device), page in zip(wave, pages, strict=True):
                    if device not in last:
                        await page.close()
            # In the long form an access token from the start has expired here.
            await asyncio.to_thread(lambda: Organiser(self.running).close(self.poll_id))
            for first in range(0, voters, AT_ONCE):
                await asyncio.gather(*(self._look(device) for device in devices[first : first + AT_ONCE]))
            for device in devices:
                for cookie in await device.cookies():
                    if cookie.get("name") == COOKIE:
                        self.running.planted.voter_token(cookie["value"])
            await browser.close()

    async def _device(self, browser: Browser, proxy: str) -> BrowserContext:
        device = await browser.new_context(base_url=self.running.site, proxy={"server": proxy}, **PHONE)
        device.set_default_timeout(PATIENCE)
        return device

    async def _vote(self, device: BrowserContext, choice: str) -> Page:
        page = await device.new_page()
        await self._load(page)
        await page.locator(f'#options [data-choice="{choice}"]').tap()
        await expect(page.locator("#receipt-code")).to_have_text(RECEIPT, timeout=PATIENCE)
        self.receipts[await page.locator("#receipt-code").inner_text()] += 1
        return page

    async def _load(self, page: Page) -> None:
        while True:
            self.loads += 1
            broken = asyncio.Event()
            note = partial(_note_broken, broken)
            page.on("requestfailed", note)
            try:
                await page.goto(f"/?poll={self.poll_id}", timeout=RELOAD_AFTER, wait_until="commit")
                if await _before(page.locator("#question:visible").wait_for(timeout=RELOAD_AFTER), broken):
                    return
            except Error:
                continue
            finally:
                page.remove_listener("requestfailed", note)

    async def _look(self, device: BrowserContext) -> None:
        """Read the result on the open page, or on a new one."""
        page = device.pages[0] if device.pages else await device.new_page()
        if page.url == "about:blank":
            await self._load(page)
        await expect(page.locator("#message-title")).to_contain_text("Final result", timeout=PATIENCE)
        shares = [await page.locator(f'[data-choice="{choice}"] .count').inner_text() for choice in "ab"]
        self.final[f"{await page.locator('#total').inner_text()}: {' / '.join(shares)}"] += 1
        await page.close()


def _note_broken(broken: asyncio.Event, request: Request) -> None:
    """Record that the page lost a script, without which it never runs; it retries everything else itself."""
    if request.resource_type == "script":
        broken.set()


async def _before(shown: Coroutine[Any, Any, None], broken: asyncio.Event) -> bool:
    """Wait until the page is shown or broken; return whether it is shown."""
    waits = [asyncio.create_task(shown), asyncio.create_task(broken.wait())]
    await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    for wait in waits:
        wait.cancel()
    (first, _) = await asyncio.gather(*waits, return_exceptions=True)
    return first is None


@pytest.mark.timeout(3600)
def test_votes_over_a_bad_network_count_once_and_every_page_shows_the_result(
    running: Running, organiser: Organiser
) -> None:
    poll_id = organiser.open_new("On a train?")
    network = BadNetwork(running.site.partition("://")[2].encode(), share=0.3, socket_seconds=10)
    crowd = Crowd(running, poll_id, network)
    with ThreadPoolExecutor(1) as beside:  # the tests' own browser uses this thread's event loop
        beside.submit(asyncio.run, crowd.run(VOTERS)).result()
    results = running.results(poll_id)
    sys.stdout.write(
        f"\n{VOTERS} voters, {crowd.loads} loads; network {dict(network.did)}; pages {dict(crowd.final)}\n"
    )

    assert running.votes_in_the_log(poll_id) == VOTERS
    assert len(crowd.receipts) == VOTERS, "a receipt was shown twice"
    b = sum("ab"[turn % 3 % 2] == "b" for turn in range(VOTERS))
    assert results["counts"] == {"a": VOTERS - b, "b": b}
    assert check_consistency(running.instance).differences == {}
    assert len(crowd.final) == 1, crowd.final
    assert next(iter(crowd.final)).startswith(f"{VOTERS} votes")
    assert {"dropped", "answer lost", "delayed"} <= network.did.keys()
