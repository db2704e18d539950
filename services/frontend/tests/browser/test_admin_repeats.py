"""Repeated polls: all runs of a question, side by side."""

from datetime import timedelta
from typing import Any

import pytest
from contracts.polls import Poll
from playwright.sync_api import Page, expect

from .admin_routes import AdminApi
from .backend import now, two_options
from .fit import sideways


def a_run(admin: AdminApi, days_ago: int, *counts: int, first: Poll | None = None, **changes: Any) -> Poll:
    opened = now() - timedelta(days=days_ago)
    times: dict[str, Any] = {"status": "closed", "opens_at": opened, "closes_at": opened + timedelta(hours=1)}
    return admin.given(*counts, **times | ({"rerun_of": first.poll_id} if first else {}) | changes)


@pytest.fixture
def thrice(admin: AdminApi) -> list[Poll]:
    """Three runs of one question, the newest of them a draft, and one unrelated poll."""
    first = a_run(admin, 30, 128, 85)
    second = a_run(admin, 3, 1, 3, first=first, options=two_options("Mountains", "The lake"))
    a_run(admin, 1, question="Tea or coffee?")
    third = admin.given(status="draft", rerun_of=first.poll_id)
    return [first, second, third]


def rows(page: Page) -> list[list[str]]:
    parts = (".chip", ".label", ".percent", ".count", ".run-total")
    return [
        [text for part in parts for text in row.locator(part).all_text_contents()]
        for row in page.locator(".run").all()
    ]


def test_runs_are_shown_side_by_side_oldest_first(page: Page, admin: AdminApi, thrice: list[Poll]) -> None:
    admin.open_dashboard(page)
    expect(page.locator(".run:nth-child(2) .percent").first).to_have_text("25%")
    assert rows(page) == [
        ["Closed", "Mountains", "The sea", "60%", "40%", "128 votes", "85 votes", "213 votes in all"],
        ["Closed", "Mountains", "The lake", "25%", "75%", "1 vote", "3 votes", "4 votes in all"],
        ["Draft", "Mountains", "The sea", "", "", "", "", "Not open yet"],
    ]
    expect(page.locator(".run-name[aria-current=true]")).to_have_attribute("data-poll-id", thrice[2].poll_id)
    expect(page.locator("#runs-more")).to_be_hidden()
    page.locator(".run-name").first.click()
    expect(page.locator("#details-total")).to_have_text("213 votes")
    expect(page.locator(".run-name").first).to_have_attribute("aria-current", "true")
    page.get_by_text("Tea or coffee?").click()
    expect(page.locator("#runs")).to_be_hidden()


def test_missing_runs_among_older_polls_are_announced_and_can_be_loaded(
    page: Page, admin: AdminApi, thrice: list[Poll]
) -> None:
    admin.page_sizes["/admin/api/polls"] = 1
    admin.open_dashboard(page)
    expect(page.locator(".run")).to_have_count(2)  # the first run is requested by its id
    expect(page.locator("#runs-hint")).to_contain_text("older polls are not shown yet")
    for _ in range(3):
        page.locator("#runs-more").click()
        expect(page.locator('#runs-more[aria-disabled="true"]')).to_have_count(0)
    expect(page.locator(".run")).to_have_count(3)
    expect(page.locator("#runs-hint")).to_be_empty()
    expect(page.locator("#list .item-question")).to_have_text(
        [thrice[2].question, "Tea or coffee?", thrice[1].question, thrice[0].question]
    )


def test_bars_share_one_scale_at_every_width(page: Page, admin: AdminApi, thrice: list[Poll]) -> None:
    admin.open_dashboard(page)
    expect(page.locator(".run:nth-child(2) .percent").first).to_have_text("25%")
    for width in (320, 390, 1280, 1920):
        assert sideways(page, (width,)) == []
        tracks = page.locator(".run .track").evaluate_all(
            "all => all.map(track => Math.round(track.getBoundingClientRect().width))"
        )
        assert len(set(tracks)) == 1, width
        assert tracks[0] > 150, width


def test_words_are_not_broken_where_they_fit(page: Page, admin: AdminApi) -> None:
    admin.given(1_000, 0, options=two_options("Mountains", "Seaside"))
    admin.open_dashboard(page)
    expect(page.locator(".bar .percent").first).to_have_text("100%")
    for width in (320, 390):
        assert sideways(page, (width,)) == []
        lines = page.locator(".bar .label").evaluate_all(
            "all => all.map(one => { const range = document.createRange(); range.selectNodeContents(one);"
            " return new Set([...range.getClientRects()].map(({ top }) => top)).size; })"
        )
        assert lines == [1, 1], width
