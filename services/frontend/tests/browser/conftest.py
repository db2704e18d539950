"""Browser tests: real Chromium on the real pages."""

from collections.abc import Generator, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect
from site_build.site import build
from testkit.shared import shared, shared_world
from testrunner.chromium import UNOPTIMISED, chromium

from .admin_routes import AdminApi
from .backend import Backend
from .console_errors import page_errors
from .routes import Api
from .served_site import SERVICE, served_site

BROWSER: Final = pytest.StashKey[Browser]()
TIMEOUT_MS: Final = 30_000
"""Timeout for conditions that hold at once on an idle machine; only failing tests use all of it."""

expect.set_options(timeout=TIMEOUT_MS)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages as published."""
    build(SERVICE / "site", out := tmp_path_factory.mktemp("built") / "site")
    return out


@pytest.fixture(scope="session")
def site_url(built: Path) -> Iterator[str]:
    with served_site(built) as origin:
        yield origin


@pytest.fixture
def browser(request: pytest.FixtureRequest) -> Browser:
    """Return the Chromium that the tests of this folder share."""
    return shared(request, BROWSER, partial(chromium, UNOPTIMISED))


@pytest.fixture
def context(browser: Browser, site_url: str) -> Iterator[BrowserContext]:
    """The browser context of a phone."""
    context = browser.new_context(
        base_url=site_url, viewport={"width": 390, "height": 844}, has_touch=True, reduced_motion="reduce"
    )
    context.set_default_timeout(TIMEOUT_MS)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """One tab; the test fails on uncaught exceptions, dialogs and content security policy violations."""
    page = context.new_page()
    errors = page_errors(page)
    yield page
    assert errors == []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add the page's content and its requests to the report of a failed test."""
    report = yield
    held = getattr(item, "funcargs", {})
    if call.when == "call" and report.failed and "page" in held:
        with suppress(Error):
            shown = held["page"].locator("body").aria_snapshot(timeout=TIMEOUT_MS)
            report.sections.append(("Page", f"{held['page'].url}\n{shown}"))
        api = held.get("admin") or held.get("api")
        if api:
            report.sections.append(("Requests", "\n".join(" ".join(one) for one in api.requests)))
    return report


@pytest.fixture
def backend(request: pytest.FixtureRequest) -> Backend:
    """The services, without polls or votes."""
    return Backend.on(shared_world(request))


@pytest.fixture
def api(page: Page, backend: Backend) -> Iterator[Api]:
    yield (api := Api(page, backend))
    api.leave()


@pytest.fixture
def open_poll(page: Page, api: Api) -> Api:
    """The page shows an open poll with 128 : 85 votes, live."""
    api.given(128, 85)
    page.goto("/")
    expect(page.locator("#live")).to_have_attribute("data-mode", "live")
    return api


@pytest.fixture
def admin(page: Page, backend: Backend) -> Iterator[AdminApi]:
    yield (admin := AdminApi(page, backend))
    admin.leave()
