"""Runs Chromium for tests and screenshots of pages."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from devkit.failure import Failure
from playwright.sync_api import Browser, sync_playwright

from testrunner.browser import find_chromium

ARGUMENTS: Final = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip

UNOPTIMISED: Final = "--js-flags=--single-threaded --no-opt --no-maglev"
"""Without V8's optimising compilers: a page of a test ends before their work pays, which is a seventh of
Chromium's CPU time."""


@contextmanager
def chromium(*more: str) -> Iterator[Browser]:
    """Run Chromium for the duration of the block; raise `Failure` if it is not installed."""
    program = find_chromium()
    if program is None:
        raise Failure("Chromium is not installed.", "./dev test browser installs it, or says how.")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=[*ARGUMENTS, *more])
        yield browser
        browser.close()
