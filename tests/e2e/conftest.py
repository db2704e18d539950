"""Start the whole system once, with its own ports and state directory, and drive it in real Chromium.

Most tests share that stack, so they must not stop it. The tests of `second_stack` have another, which runs
beside the shared one. After each file its stack is checked: if it is gone, that file fails and the stack is
started again.

`E2E_SITE=http://localhost:8080` uses the stack at that address (with the state of `DEV_STATE`) and leaves it
running.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest
from devkit.checkout import ROOT
from laptop.emulator import process
from laptop.instance import Instance, running_instance
from playwright.sync_api import Browser, BrowserContext, Page, expect
from testkit.ports import free_port
from testkit.shared import shared
from testrunner.chromium import chromium
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from .live_stack import COOKIE, PATIENCE_SECONDS, Organiser, Running, dev, options_of

HERE: Final = Path(__file__).parent
KEPT: Final = ROOT / ".dev" / "test" / "e2e"
STATE: Final = ROOT / ".dev" / "e2e"
PHONE: Final[dict[str, Any]] = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
}
DESKTOP: Final[dict[str, Any]] = {"viewport": {"width": 1280, "height": 900}}
PATIENCE_MILLISECONDS: Final = 1000 * PATIENCE_SECONDS
FIRST: Final = "test_burst.py"
"""Runs first, because it tests the first requests to a new stack."""

LAST: Final = "test_privacy.py"
"""Runs last, because it reads the logs and tables of all other tests."""

BROWSER: Final = pytest.StashKey[Browser]()
FAILED: Final = pytest.StashKey[bool]()
STACK: Final = pytest.StashKey[Running]()
SIGNED_IN: Final = pytest.StashKey[Organiser]()


def pytest_configure(config: pytest.Config) -> None:
    """Load the plugin that generates tests from an API document."""
    config.pluginmanager.import_plugin("schemathesis.pytest.plugin")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark these tests, raise their time limit, and move the first and the last file to their places."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.e2e)
            item.add_marker(pytest.mark.timeout(3600))
    items.sort(key=lambda item: (item.path != HERE / FIRST, item.path == HERE / LAST))


class OneWorkerPerStack(LoadScopeScheduling):  # type: ignore[misc]  # (pytest-xdist has no types)
    """Assigns all tests of one stack, which are in one folder, to one worker of pytest-xdist."""

    def _split_scope(self, nodeid: str) -> str:
        return nodeid.partition("::")[0].rpartition("/")[0]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> OneWorkerPerStack:
    """Schedule tests so that only one worker starts each stack."""
    return OneWorkerPerStack(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    """Record that a test failed, so that fixtures keep screenshots."""
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


@pytest.fixture(scope="session")
def running(request: pytest.FixtureRequest) -> Iterator[Running]:
    """Return the running stack; a stack that was started here is stopped at the end."""
    site = os.environ.get("E2E_SITE", "").rstrip("/")
    if site:
        instance = running_instance()
        assert instance is not None, "E2E_SITE is set, but nothing runs in DEV_STATE"
        assert instance.site == site, f"the stack of DEV_STATE is at {instance.site}"
        yield Running(instance)
        return
    with own_stack(STATE) as started:
        request.config.stash[STACK] = started
        yield started


@contextmanager
def own_stack(state: Path, *, weak_guarantees: bool = False) -> Iterator[Running]:
    """Run a stack with its state in `state` for the duration of the block."""
    started = Instance(state, free_port(), free_port(), weak_guarantees=weak_guarantees)
    KEPT.mkdir(parents=True, exist_ok=True)
    dev(state, "down")
    # All voters of all tests have one IP address.
    up = dev(state, "up", "--fresh", "--detach", "--new-voters-per-network", "1000000", *options_of(started))
    (KEPT / f"{state.name}.up.log").write_text(up.stdout + up.stderr)
    assert up.returncode == 0, up.stdout + up.stderr
    try:
        yield Running(started)
    finally:
        down = dev(state, "down")
    assert down.returncode == 0, down.stdout + down.stderr


@pytest.fixture(scope="session")
def organiser(request: pytest.FixtureRequest, running: Running) -> Organiser:
    """Return a signed-in organiser; all tests share the sign-in."""
    organiser = request.config.stash[SIGNED_IN] = Organiser(running)
    return organiser


@pytest.fixture(scope="module", autouse=True)
def _stack_is_there(request: pytest.FixtureRequest) -> Iterator[None]:
    """Check this worker's stack after a file's last test, if any test has used it."""
    yield
    used = request.config.stash.get(STACK, None)
    if used is not None and "E2E_SITE" not in os.environ:
        restart_if_gone(used, request.config.stash.get(SIGNED_IN, None), request.node.nodeid)


def restart_if_gone(running: Running, organiser: Organiser | None, file: str) -> None:
    """Start a stack again if it is gone, and fail the file that ran last."""
    instance = running.instance
    if instance.is_ready() and process.answers(instance, PATIENCE_SECONDS):
        return
    log = process.log_tail(instance)
    up = dev(instance.state, "up", "--detach", *options_of(instance))
    assert up.returncode == 0, up.stdout + up.stderr
    if organiser is not None:
        organiser.sign_in()
    pytest.fail(f"The stack was gone after {file}. It runs again for the tests that follow.\n{log}")


@pytest.fixture
def poll_id(running: Running, organiser: Organiser) -> str:
    """Return an open poll with policy `device`: the active one, or a new one."""
    poll = running.active_poll()
    usable = poll and (poll["status"], poll["policy"]) == ("open", "device")
    return poll["poll_id"] if poll and usable else organiser.open_new()


@pytest.fixture
def browser(request: pytest.FixtureRequest) -> Browser:
    """Return the Chromium that the tests of this folder share."""
    expect.set_options(timeout=PATIENCE_MILLISECONDS)
    return shared(request, BROWSER, chromium)


@pytest.fixture
def open_page(
    browser: Browser, running: Running, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a page on a new device; after a failure it saves screenshots."""
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
                running.planted.voter_token(cookie["value"])
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
    """A page on another voter's phone."""
    return open_page("other-phone", **PHONE)
