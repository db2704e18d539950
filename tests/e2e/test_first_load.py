"""Size and number of requests of a voter's first load, measured on the published pages."""

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.costs import first_load

from .live_stack import Running, dev

MAX_REQUESTS = 9
MAX_BYTES = 32 * 1024


def test_first_load_stays_within_its_budget_and_requests_no_other_host(
    running: Running, poll_id: str
) -> None:
    bench = dev(running.instance.state, "bench", "page", "--runs", "1", "--json")
    assert bench.returncode == 0, bench.stdout + bench.stderr
    load = json.loads(bench.stdout)
    assert 0 < load["requests"] <= MAX_REQUESTS
    assert 0 < load["compressed"] <= MAX_BYTES
    assert load["hosts"] == [running.site.partition("://")[2]]
    assert load["paint"] > 0
    # The dollars of a voter are computed from these.
    assert first_load.REQUESTS - 1 <= load["requests"] <= first_load.REQUESTS
    assert load["compressed"] == pytest.approx(first_load.BYTES, rel=0.1)


@pytest.mark.parametrize("path", ["/admin", "/admin/"])
def test_page_in_a_folder_is_served_with_and_without_slash(open_page: Callable[..., Page], path: str) -> None:
    page = open_page("desktop")
    page.goto(path)
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
