"""Pages under a browser's translator: translated text stays until the page has new text."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from .admin_routes import AdminApi
from .test_presenter import show

TRANSLATE = """() => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (texts.nextNode()) {
    const kept = "script, style, noscript, [translate=no], option, textarea";
    const inside = texts.currentNode.parentElement.closest(kept);
    if (!inside && texts.currentNode.data.trim()) found.push(texts.currentNode);
  }
  for (const text of found) {
    const font = document.createElement("font");
    font.textContent = `«${text.data}»`;
    text.replaceWith(font);
  }
  for (const element of document.querySelectorAll("[title]")) element.title = `«${element.title}»`;
  document.title = `«${document.title}»`;
  window.rewritten = [];
  const attributeFilter = ["title", "aria-label"];
  new MutationObserver((changes) => {
    for (const { target } of changes) window.rewritten.push(target.id || target.className || target.nodeName);
  }).observe(document, { subtree: true, childList: true, characterData: true, attributeFilter });
  return found.length;
}"""
DRAWN = "() => new Promise((resolve) => setTimeout(() => resolve([...new Set(window.rewritten)]), 1_500))"


def voter(page: Page, admin: AdminApi) -> None:
    admin.given(1, 2)
    page.goto("/")
    expect(page.locator("#live-label")).to_have_text("Live")
    page.locator('[data-choice="a"]').click()
    expect(page.locator("#receipt-code")).not_to_be_empty()


def presenter(page: Page, admin: AdminApi) -> None:
    show(page, admin)
    expect(page.locator("#bars")).to_contain_text("60%")
    expect(page.locator("#said")).not_to_be_empty()


def dashboard(page: Page, admin: AdminApi) -> None:
    admin.given(128, 85)
    admin.sign_in_tab(page)
    page.goto("/admin/")
    expect(page.locator("#bars")).to_contain_text("60%")
    expect(page.locator("#chart svg")).to_be_visible()
    expect(page.locator("#live-label")).to_have_text("Live")


@pytest.mark.parametrize("opened", [voter, presenter, dashboard])
def test_translated_text_is_not_overwritten(page: Page, admin: AdminApi, opened: Callable[..., Any]) -> None:
    opened(page, admin)
    page.wait_for_function("() => document.getAnimations().length === 0")
    assert page.evaluate(TRANSLATE) > 10
    # Countdowns change once a second and are rewritten; this page has none.
    assert page.evaluate(DRAWN) == []


def test_new_text_replaces_a_translation(page: Page, admin: AdminApi) -> None:
    voter(page, admin)
    page.evaluate(TRANSLATE)
    admin.count_votes(10, 2)
    expect(page.locator("#total")).to_have_text("13 votes so far")


def test_codes_and_receipts_are_never_translated(page: Page, admin: AdminApi) -> None:
    voter(page, admin)
    receipt = page.locator("#receipt-code").text_content()
    page.evaluate(TRANSLATE)
    expect(page.locator("#receipt-code")).to_have_text(receipt or "none")
    assert page.locator("#code").get_attribute("translate") == "no"
