"""The dashboard's abuse report: requested on demand, shown in words and numbers."""

from datetime import UTC, datetime
from typing import Any

import pytest
from contracts.abuse import BusiestSecond, CodesUsed, Networks, NewVoters, RefusedVotes
from contracts.enums import VoterPolicy
from contracts.problem import ProblemType
from playwright.sync_api import Page, expect

from .abuse import abuse_in
from .admin_routes import AdminApi
from .fit import sideways
from .routes import problem, says

NOON = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)


def look(page: Page) -> None:
    page.locator("#abuse-look").click()
    expect(page.locator("#abuse-look")).to_have_text("Check again")


def figures(page: Page) -> dict[str, str]:
    names, texts = page.locator("#abuse-figures dt"), page.locator("#abuse-figures dd")
    return dict(zip(names.all_text_contents(), texts.all_text_contents(), strict=True))


@pytest.fixture
def poll_id(page: Page, admin: AdminApi) -> str:
    """An open poll, shown in the dashboard."""
    poll = admin.given()
    admin.open_dashboard(page)
    return poll.poll_id


def reported(admin: AdminApi, **found: Any) -> None:
    """Plan vote-service's abuse report of the poll."""
    report = abuse_in(admin.poll_id, **found)
    admin.forever(f"GET /admin/api/polls/{admin.poll_id}/abuse", says(report))


def test_abuse_report_is_requested_only_on_demand(page: Page, admin: AdminApi, poll_id: str) -> None:
    expect(page.locator("#abuse-title")).to_have_text("Signs of abuse")
    expect(page.locator("#abuse-figures")).to_be_hidden()
    assert admin.count(f"GET /admin/api/polls/{poll_id}/abuse") == 0
    look(page)
    expect(page.locator("#abuse-title")).to_have_text("Nothing stands out")
    found = figures(page)
    assert found.pop("New voter tokens").startswith("0 given, 0 refused; for all polls")
    assert found == {
        "Looked at": "0 votes",
        "Refused": "0 had voted otherwise, 0 with a wrong or used code",
        "Busiest second": "none",
        "Networks": "not shown below 20 votes: it would identify voters",
        "Proof of work": "not asked for",
    }


def test_abuse_signals_are_listed_above_the_figures(page: Page, admin: AdminApi, poll_id: str) -> None:
    reported(
        admin,
        policy=VoterPolicy.CODE,
        proof_of_work=True,
        votes=1_213,
        busiest_second=BusiestSecond(starts_at=NOON, votes=400),
        refused=RefusedVotes(already_voted=150, invalid_code=60),
        networks=Networks(votes=1_213, networks=38, largest_percent=61),
        new_voters=NewVoters(since=NOON, until=NOON, issued=1_190, refused=12),
        codes=CodesUsed(minted=2_000, used=1_213),
    )
    look(page)
    expect(page.locator("#abuse-title")).to_have_text("4 things stand out")
    expect(page.locator("#abuse")).to_have_attribute("data-tone", "look")
    for words in (
        "61%",
        "210 votes were refused",
        "400 votes came within one second",
        "more new voter tokens",
    ):
        expect(page.locator("#abuse-detail")).to_contain_text(words)
    found = figures(page)
    assert found["Looked at"] == "1,213 votes"
    assert found["Refused"] == "150 had voted otherwise, 60 with a wrong or used code"
    assert found["Networks"] == "about 38; none brought more than 61%"
    assert found["Codes"] == "1,213 used of 2,000 made"
    assert found["New voter tokens"].startswith("1,190 given, 12 refused; for all polls")
    assert found["Proof of work"] == "asked for with each vote"


def test_sampled_report_is_labelled_as_a_sample(page: Page, admin: AdminApi, poll_id: str) -> None:
    reported(admin, votes=50_000, all_votes=False, codes=CodesUsed(minted=90_000, used=None))
    look(page)
    assert figures(page)["Looked at"] == "50,000 votes, a sample of more"
    assert figures(page)["Codes"] == "90,000 made"


QUIET: tuple[dict[str, Any], ...] = (
    {"votes": 12, "busiest_second": BusiestSecond(starts_at=NOON, votes=12)},
    {"votes": 400, "networks": Networks(votes=400, networks=1, largest_percent=100)},
    {"votes": 400, "refused": RefusedVotes(already_voted=19, invalid_code=0)},
    {"votes": 400, "networks": Networks(votes=400, networks=300, largest_percent=4)},
)


def test_usual_figures_are_not_reported_as_signals(page: Page, admin: AdminApi, poll_id: str) -> None:
    for quiet in QUIET:
        reported(admin, **quiet)
        page.locator("#abuse-look").click()
        expect(page.locator("#abuse-figures dd").first).to_have_text(f"{quiet['votes']} votes")
        for name, text in (("Networks", "networks"), ("Refused", "refused")):
            assert (name in figures(page)) >= (text in quiet)
        expect(page.locator("#abuse-title")).to_have_text("Nothing stands out")


def test_failed_report_request_shows_an_error(page: Page, admin: AdminApi, poll_id: str) -> None:
    admin.plan(f"GET /admin/api/polls/{poll_id}/abuse", problem(ProblemType.UNAVAILABLE))
    page.locator("#abuse-look").click()
    expect(page.locator("#alert-title")).to_have_text("Not available just now: try again")
    expect(page.locator("#abuse-look")).to_be_enabled()


def test_draft_has_no_abuse_report(page: Page, admin: AdminApi) -> None:
    admin.given(status="draft")
    admin.open_dashboard(page)
    expect(page.locator("#details-question")).to_be_visible()
    expect(page.locator("#abuse")).to_be_hidden()


def test_abuse_figures_fit_every_screen_width(page: Page, admin: AdminApi, poll_id: str) -> None:
    reported(
        admin,
        votes=12_130,
        networks=Networks(votes=12_130, networks=3_800, largest_percent=61),
        new_voters=NewVoters(since=NOON, until=NOON, issued=11_900, refused=120),
    )
    look(page)
    assert sideways(page) == []
