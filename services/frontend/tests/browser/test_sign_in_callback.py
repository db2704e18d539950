"""Return from the sign-in page: the page shows its own texts, never text from the link."""

import json
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from .admin_routes import AdminApi

FOREIGN = "Your account is suspended: call 0800-SCAM"
NOT_OURS = "This sign-in was not started in this tab"


def come_back(page: Page, begun: str | None, **query: str) -> None:
    """Open the page as the sign-in page redirects to it; `begun` is the state that this tab expects."""
    page.goto("/admin/")
    if begun is not None:
        started = {"state": begun, "verifier": "verifier", "back": None, "tab": ""}
        page.evaluate("(text) => sessionStorage.setItem('tot.signin.started', text)", json.dumps(started))
    page.goto(f"/admin/?{urlencode(query)}")


@pytest.mark.parametrize("state", [None, "ours"])
@pytest.mark.parametrize(
    "query",
    [
        {"error": "access_denied", "error_description": FOREIGN},
        {"error": FOREIGN, "error_description": FOREIGN, "state": "theirs"},
        {"code": "stolen", "state": "theirs"},
        {"code": "stolen"},
    ],
)
def test_callback_with_a_foreign_state_is_ignored_and_its_text_not_shown(
    page: Page, admin: AdminApi, state: str | None, query: dict[str, str]
) -> None:
    come_back(page, state, **query)
    expect(page.get_by_text(NOT_OURS)).to_be_visible()
    expect(page.locator("body")).not_to_contain_text("0800")
    assert page.locator("body[data-session=in]").count() == 0


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("access_denied", "The sign-in was cancelled or refused."),
        ("temporarily_unavailable", "The sign-in service is busy."),
        ("toString", "The sign-in was not completed."),
        (FOREIGN, "The sign-in was not completed."),
    ],
)
def test_sign_in_error_is_shown_in_own_words_by_its_code(
    page: Page, admin: AdminApi, code: str, words: str
) -> None:
    come_back(page, "ours", error=code, error_description=FOREIGN, state="ours")
    expect(page.get_by_text(words)).to_be_visible()
    expect(page.locator("body")).not_to_contain_text("0800")
