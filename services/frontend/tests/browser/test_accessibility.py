"""Every state of the voter's page for everybody: axe in both themes, any zoom, forced colours, no motion."""

import pytest
from playwright.sync_api import Browser

from .audit import findings
from .states import STATES, visit


@pytest.mark.parametrize("name", STATES)
def test_axe_finds_nothing_in_any_state_and_theme(browser: Browser, site_url: str, name: str) -> None:
    with visit(browser, site_url, STATES[name]) as page:
        assert findings(page) == []


PLANTED = """() => {
  const hint = document.createElement("p");
  hint.style.color = "rgb(200, 200, 200)";
  hint.textContent = "Grey on white";
  document.querySelector("main").append(hint, document.createElement("button"));
}"""


def test_axe_finds_what_is_planted(browser: Browser, site_url: str) -> None:
    with visit(browser, site_url, STATES["open"]) as page:
        page.evaluate(PLANTED)
        rules = {finding.split(": ")[1] for finding in findings(page)}
    assert rules == {"color-contrast", "button-name"}
