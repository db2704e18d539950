"""Every state of the voter's page for everybody: axe in both themes, zoom, no motion, own colours."""

import pytest
from playwright.sync_api import Browser, expect

from .audit import findings
from .fit import cramped, moving
from .states import STATES, read_in, visit


@pytest.mark.parametrize("name", STATES)
def test_every_state_is_for_everybody(browser: Browser, site_url: str, name: str) -> None:
    with visit(browser, site_url, STATES[name]) as page:
        assert findings(page) + cramped(page) + moving(page) == []
        read_in(page, "ar")
        assert findings(page) + cramped(page) == []


PLANTED = """() => {
  const hint = document.createElement("p");
  hint.style.cssText = "color: rgb(200, 200, 200); white-space: nowrap";
  hint.textContent = "Grey on white, and far too long for the screen of any phone".repeat(3);
  document.querySelector("main").append(hint, document.createElement("button"));
}"""
SET_MOVING = "() => void document.body.animate([{ opacity: 0 }, { opacity: 1 }], { duration: 60_000 })"


def test_what_is_planted_is_found(browser: Browser, site_url: str) -> None:
    with visit(browser, site_url, STATES["open"]) as page:
        page.evaluate(PLANTED)
        rules = {finding.split(": ")[1] for finding in findings(page)}
        assert rules == {"color-contrast", "button-name"}
        assert "320 px: the page scrolls sideways" in cramped(page)
        page.evaluate(SET_MOVING)
        assert len(moving(page)) == 1


@pytest.mark.parametrize("name", ["open", "recorded", "closed-voted", "code-wrong"])
def test_with_colours_of_ones_own_everything_has_an_edge(browser: Browser, site_url: str, name: str) -> None:
    with visit(browser, site_url, STATES[name], forced_colors="active") as page:
        for element in ("[data-choice=a]", "[data-choice=b]", "#message"):
            expect(page.locator(element)).not_to_have_css("border-top-width", "0px")
        for shape in page.locator(".shape").all():
            expect(shape).not_to_have_css("background-color", "rgb(255, 255, 255)")
