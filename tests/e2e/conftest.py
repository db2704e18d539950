"""Starts the whole system once, on ports and in a state directory of its own, and drives it in real Chromium.

`E2E_SITE=http://localhost:8080` uses the stack that runs there (with the state of `DEV_STATE`) and leaves it
running.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from devstack.instance import ROOT, Instance, running_instance
from devstack.testing.browser import find_chromium
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from .running import COOKIE, Organiser, Running, dev, free_port

HERE: Final = Path(__file__).parent
KEPT: Final = ROOT / ".dev" / "test" / "e2e"
STATE: Final = ROOT / ".dev" / "e2e"
CHROMIUM_ARGUMENTS: Final = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE: Final[dict[str, Any]] = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
}
DESKTOP: Final[dict[str, Any]] = {"viewport": {"width": 1280, "height": 900}}
PATIENCE_MILLISECONDS: Final = 30_000
FIRST: Final = "test_burst.py"
"""What the very first visitors meet."""

LAST: Final = "test_privacy.py"
"""Reads what all other tests have left in logs and tables."""

FAILED: Final = pytest.StashKey[bool]()


def pytest_configure(config: pytest.Config) -> None:
    """Bring in what makes tests of an API's document."""
    config.pluginmanager.import_plugin("schemathesis.pytest.plugin")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give these tests their marker, time to start the stack, and the first and the last their places."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.e2e)
            item.add_marker(pytest.mark.timeout(900))
    items.sort(key=lambda item: (item.path != HERE / FIRST, item.path == HERE / LAST))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    """Remember that a test failed, for those who keep pictures."""
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


@pytest.fixture(scope="session")
def running() -> Iterator[Running]:
    """Return the running stack; one that was started here is stopped in the end."""
    site = os.environ.get("E2E_SITE", "").rstrip("/")
    if site:
        instance = running_instance()
        assert instance is not None, "E2E_SITE is set, but nothing runs in DEV_STATE"
        assert instance.site == site, f"what runs in DEV_STATE is at {instance.site}"
        yield Running(instance)
        return
    started = Instance(STATE, free_port(), free_port())
    KEPT.mkdir(parents=True, exist_ok=True)
    dev(STATE, "down")
    up = dev(STATE, "up", "--fresh", "--detach", *ports_of(started))
    (KEPT / "up.log").write_text(up.stdout + up.stderr)
    assert up.returncode == 0, up.stdout + up.stderr
    yield Running(started)
    down = dev(STATE, "down")
    assert down.returncode == 0, down.stdout + down.stderr


def ports_of(instance: Instance) -> tuple[str, ...]:
    """Return the options that bring an instance up where it was."""
    return ("--port", str(instance.port), "--emulator-port", str(instance.emulator_port))


@pytest.fixture(scope="session")
def organiser(running: Running) -> Organiser:
    """Return an organiser who has signed in."""
    return Organiser(running)


@pytest.fixture
def poll_id(running: Running, organiser: Organiser) -> str:
    """Return a poll that takes votes by device: the active one, or a new one."""
    poll = running.active_poll()
    usable = poll and (poll["status"], poll["policy"]) == ("open", "device")
    return poll["poll_id"] if poll and usable else organiser.open_new()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start Chromium."""
    chromium = find_chromium()
    assert chromium, "these tests drive Chromium: ./dev test e2e says how to get it"
    expect.set_options(timeout=PATIENCE_MILLISECONDS)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(
    browser: Browser, running: Running, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a device with one page; after a failure each leaves a picture."""
    contexts: list[tuple[str, BrowserContext]] = []
    complaints: list[str] = []

    def open_device(name: str, **device: Any) -> Page:
        context = browser.new_context(base_url=running.site, **device)
        context.set_default_timeout(PATIENCE_MILLISECONDS)
        contexts.append((name, context))
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(f"{name}: {error}"))
        return page

    yield open_device
    for name, context in contexts:
        if request.node.stash.get(FAILED, False):
            for page in context.pages:
                page.screenshot(path=KEPT / f"{request.node.name}.{name}.png")
        for cookie in context.cookies():
            if cookie["name"] == COOKIE:
                running.planted.ballot(cookie["value"])
        context.close()
    assert complaints == []


@pytest.fixture
def desktop(open_page: Callable[..., Page]) -> Page:
    """A page on a desktop computer."""
    return open_page("desktop", **DESKTOP)


@pytest.fixture
def phone(open_page: Callable[..., Page]) -> Page:
    """A page on a phone."""
    return open_page("phone", **PHONE)


@pytest.fixture
def other_phone(open_page: Callable[..., Page]) -> Page:
    """A page on somebody else's phone."""
    return open_page("other-phone", **PHONE)
