"""A branded site: the logo and the colours of an organisation on the voter's page and the presenter."""

import re
from functools import partial
from io import BytesIO
from pathlib import Path

import pytest
from frontend.domain.brand import branded, logo_name, style_sheet
from PIL import Image
from playwright.sync_api import Page, Route, expect

from .admin_routes import AdminApi

COLOURS = {"a": "#0a7d55", "b": "#e86fb0"}
PAGES = {"/": "index.html", "/present/": "present/index.html"}


@pytest.fixture
def brand(page: Page, built: Path) -> None:
    """Serve the pages as the publisher brands them."""
    picture = BytesIO()
    Image.new("RGB", (300, 80), "#0a7d55").save(picture, "PNG")
    name = logo_name(picture.getvalue())
    style = style_sheet(COLOURS, name)
    page.route("**/brand/style.css", lambda route: route.fulfill(body=style, content_type="text/css"))
    page.route(f"**/{name}", lambda route: route.fulfill(body=picture.getvalue(), content_type="image/png"))
    for path, file in PAGES.items():
        html = branded((built / file).read_text())
        page.route(re.compile(rf"localhost:\d+{path}$"), partial(_fulfill, html))


def _fulfill(html: str, route: Route) -> None:
    route.fulfill(body=html, content_type="text/html")


@pytest.mark.parametrize(("path", "bar"), [("/present/", ".bar .fill >> nth=0"), ("/", ".option >> nth=0")])
@pytest.mark.usefixtures("brand")
def test_page_has_the_logo_and_the_colours_of_the_brand(
    page: Page, admin: AdminApi, path: str, bar: str
) -> None:
    admin.given(128, 85)
    page.goto(path)
    page.locator(bar).wait_for()
    read = "(name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim()"
    assert [page.evaluate(read, name) for name in ("--a", "--b")] == list(COLOURS.values())
    logo = page.locator(".wordmark")
    expect(logo).to_be_visible()
    assert "brand/logo.png" in logo.evaluate("(logo) => getComputedStyle(logo).backgroundImage")
    expect(page.get_by_role("link", name="This or That")).to_be_visible()
