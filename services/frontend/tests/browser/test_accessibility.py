"""Accessibility of the voter's page in every state: axe, zoom, reduced motion and forced colours."""

from typing import Final

import pytest
from playwright.sync_api import Browser, Page

from .axe import PAINTED, findings
from .backend import Backend
from .fit import cramped, moving
from .states import STATES, read_in, visit

pytestmark = pytest.mark.slow

OWN_COLOURS: Final = {"open", "recorded", "closed-voted", "code-wrong"}
WITHOUT_EDGE: Final = """() => ["[data-choice=a]", "[data-choice=b]", "#message"]
  .filter((one) => getComputedStyle(document.querySelector(one)).borderTopWidth === "0px")
  .concat([...document.querySelectorAll(".shape")]
    .filter((shape) => getComputedStyle(shape).backgroundColor === "rgb(255, 255, 255)")
    .map(({ className }) => className))"""


FORCED: Final = """() => matchMedia("(forced-colors: active)").matches
  && [...document.querySelectorAll(".shape")].every((shape) => shape.getAnimations().length === 0)"""


def without_edge(page: Page) -> list[str]:
    """Return the elements without a visible edge in forced-colours mode."""
    page.emulate_media(forced_colors="active", color_scheme="light")
    page.wait_for_function(FORCED)  # the previous colours fade in a transition
    page.evaluate(PAINTED)
    found: list[str] = page.evaluate(WITHOUT_EDGE)
    page.emulate_media(forced_colors="none")
    return found


@pytest.mark.parametrize("name", STATES)
def test_every_state_of_the_voter_page_is_accessible(
    browser: Browser, backend: Backend, site_url: str, name: str
) -> None:
    with visit(browser, backend, site_url, STATES[name]) as page:
        assert findings(page) + cramped(page) + moving(page) == []
        if name in OWN_COLOURS:
            assert without_edge(page) == []
        read_in(page, "ar")
        assert findings(page, colours=False) + cramped(page) == []


PLANTED = """() => {
  const hint = document.createElement("p");
  hint.style.cssText = "color: rgb(200, 200, 200); white-space: nowrap";
  hint.textContent = "Grey on white, and far too long for the screen of any phone".repeat(3);
  document.querySelector("main").append(hint, document.createElement("button"));
}"""
SET_MOVING = "() => void document.body.animate([{ opacity: 0 }, { opacity: 1 }], { duration: 60_000 })"


def test_accessibility_checks_find_planted_errors(browser: Browser, backend: Backend, site_url: str) -> None:
    with visit(browser, backend, site_url, STATES["open"]) as page:
        page.evaluate(PLANTED)
        rules = {finding.split(": ")[1] for finding in findings(page)}
        assert rules == {"color-contrast", "button-name"}
        assert "320 px: the page scrolls sideways" in cramped(page)
        page.evaluate(SET_MOVING)
        assert len(moving(page)) == 1
        page.evaluate("() => document.querySelector('#message').style.setProperty('border', 'none')")
        assert without_edge(page) == ["#message"]
