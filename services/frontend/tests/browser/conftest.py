"""Real Chromium on the real pages."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import pytest
from devstack.testing.browser import find_chromium
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect, sync_playwright
from site_build.site import build
from testkit.shared import shared, shared_world

from .admin_routes import AdminApi
from .backend import Backend
from .console_errors import complaints_of
from .routes import Api
from .served_site import SERVICE, served_site

BROWSER: Final = pytest.StashKey[Browser]()
PATIENCE_MS: Final = 30_000
"""For a condition that comes at once where nothing else runs; a test that fails may take so long."""

expect.set_options(timeout=PATIENCE_MS)
CHROMIUM: Final = find_chromium() or Path("/usr/bin/chromium")
ARGUMENTS: Final = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages as they are published."""
    build(SERVICE / "site", out := tmp_path_factory.mktemp("built") / "site")
    return out


@pytest.fixture(scope="session")
def site_url(built: Path) -> Iterator[str]:
    with served_site(built) as origin:
        yield origin


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run Chromium while the block runs."""
    if not CHROMIUM.exists():
        pytest.fail(f"These tests drive Chromium and {CHROMIUM} is none: ./dev test browser gets it")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def browser(request: pytest.FixtureRequest) -> Browser:
    """Return the Chromium of this folder. Its event loop ends with it: other folders' tests run their own."""
    return shared(request, BROWSER, chromium)


@pytest.fixture
def context(browser: Browser, site_url: str) -> Iterator[BrowserContext]:
    """A phone."""
    context = browser.new_context(
        base_url=site_url, viewport={"width": 390, "height": 844}, has_touch=True, reduced_motion="reduce"
    )
    context.set_default_timeout(PATIENCE_MS)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """One tab. Whatever happens in it, no script fails and the content security policy is never offended."""
    page = context.new_page()
    complaints = complaints_of(page)
    yield page
    assert complaints == []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add to a failure what the page showed and asked for at that moment."""
    report = yield
    held = getattr(item, "funcargs", {})
    if call.when == "call" and report.failed and "page" in held:
        with suppress(Error):
            shown = held["page"].locator("body").aria_snapshot(timeout=PATIENCE_MS)
            report.sections.append(("Page", f"{held['page'].url}\n{shown}"))
        api = held.get("admin") or held.get("api")
        if api:
            report.sections.append(("Requests", "\n".join(" ".join(one) for one in api.requests)))
    return report


@pytest.fixture
def backend(request: pytest.FixtureRequest) -> Backend:
    """The services, with nothing in them yet."""
    return Backend.on(shared_world(request))


@pytest.fixture
def api(page: Page, backend: Backend) -> Iterator[Api]:
    yield (api := Api(page, backend))
    api.leave()


@pytest.fixture
def admin(page: Page, backend: Backend) -> Iterator[AdminApi]:
    yield (admin := AdminApi(page, backend))
    admin.leave()
