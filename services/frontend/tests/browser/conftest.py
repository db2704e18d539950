"""Real Chromium on the real pages."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from site_build.site import build

from .complaints import complaints_of
from .fake_admin import FakeAdmin
from .fake_api import FakeApi
from .served_site import SERVICE, served_site

CHROMIUM: Final = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
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


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.fail(f"These tests drive Chromium and {CHROMIUM} is none: ./dev test browser gets it")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def context(browser: Browser, site_url: str) -> Iterator[BrowserContext]:
    """A phone."""
    context = browser.new_context(
        base_url=site_url, viewport={"width": 390, "height": 844}, has_touch=True, reduced_motion="reduce"
    )
    context.set_default_timeout(5_000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """One tab. Whatever happens in it, no script fails and the content security policy is never offended."""
    page = context.new_page()
    complaints = complaints_of(page)
    yield page
    assert complaints == []


@pytest.fixture
def api(page: Page) -> FakeApi:
    return FakeApi(page)


@pytest.fixture
def admin(page: Page) -> FakeAdmin:
    return FakeAdmin(page)
