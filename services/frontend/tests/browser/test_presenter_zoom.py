"""The presenter at 400 % zoom and in a low window: it scrolls, and its text stays legible."""

from typing import Final

from playwright.sync_api import Page, ViewportSize, expect

from .admin_routes import AdminApi
from .fit import CRAMPED

ZOOMED: Final = (ViewportSize(width=320, height=256), ViewportSize(width=480, height=270))
SMALL_TEXT: Final = """() => [...document.querySelectorAll("body *")]
  .filter((element) => element.checkVisibility() && !element.closest(".unseen, svg")
    && [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim()))
  .filter((element) => Number.parseFloat(getComputedStyle(element).fontSize) < 12)
  .map((element) => `<${element.localName} id="${element.id}"> has ${getComputedStyle(element).fontSize}`)"""
OUT_OF_REACH: Final = """() => ["question", "bars", "qr", "link", "controls"]
  .map((id) => document.getElementById(id)).filter((part) => part.checkVisibility()).filter((part) => {
    const { left, right, top, bottom } = part.getBoundingClientRect();
    const page = document.documentElement;
    return left < -1 || right > innerWidth + 1 || top + scrollY < 0
      || bottom + scrollY > page.scrollHeight + 1;
  }).map(({ id }) => id)"""


def test_presenter_at_400_percent_scrolls_with_text_of_at_least_12_pixels(
    page: Page, admin: AdminApi
) -> None:
    admin.given(128, 85, question="Where shall the whole team go together this summer, if anywhere at all?")
    admin.sign_in_tab(page)
    for size in ZOOMED:
        page.set_viewport_size(size)
        page.goto("/present/")
        expect(page.locator("#live-label")).to_have_text("Live")
        expect(page.locator("#poll")).to_be_visible()
        found = [*page.evaluate(SMALL_TEXT), *page.evaluate(OUT_OF_REACH), *page.evaluate(CRAMPED)]
        assert found == [], size
