"""The load test passes a correct site and fails every kind of faulty one."""

from collections import Counter
from typing import Any

import pytest
from loadtest.crowd.site import SiteNotReady

pytestmark = pytest.mark.usefixtures("_later_taps_come_soon")


@pytest.fixture
def _later_taps_come_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("loadtest.crowd.plan.SOON_SECONDS", (0.01, 0.02))
    monkeypatch.setattr("loadtest.crowd.site._FIRST_PAUSE_SECONDS", 0.001)


def failing(outcome: Any) -> set[str]:
    return {check.name.split(":")[0] for check in outcome.checks if not check.holds}


def test_a_correct_site_passes(run_at: Any, in_memory_site: Any) -> None:
    outcome = run_at(in_memory_site())
    assert outcome.exact, outcome.checks
    assert outcome.after.total == 40
    assert outcome.answers == {"201": 40, "200": 10, "409 already-voted": 10}


def test_earlier_votes_are_not_counted_as_the_crowds(run_at: Any, in_memory_site: Any) -> None:
    outcome = run_at(in_memory_site(already=Counter(a=1000, b=3)))
    assert outcome.exact
    assert outcome.after.total == 1043


def test_an_unconfirmed_vote_is_retried_with_the_same_voter_token_and_counts_once(
    run_at: Any, in_memory_site: Any
) -> None:
    site = in_memory_site(unconfirmed=2)
    outcome = run_at(site, double_taps=0.0)
    assert outcome.exact, outcome.checks
    assert outcome.answers == {"200": 40}
    votes = Counter(request.headers["Cookie"] for request in site.requests if request.url.path == "/vote")
    assert set(votes.values()) == {3}


@pytest.mark.parametrize(
    ("defect", "wrong"),
    [
        ("loses_a_vote", "votes for"),
        ("counts_twice", "votes for"),
        ("receipt_changes", "double taps, same option"),
        ("takes_both", "double taps, other option"),
    ],
)
def test_a_faulty_site_fails(run_at: Any, in_memory_site: Any, defect: str, wrong: str) -> None:
    outcome = run_at(in_memory_site(defects=frozenset({defect})))
    assert not outcome.exact
    assert any(name.startswith(wrong) for name in failing(outcome)), failing(outcome)


def test_confirmations_for_both_options_fail(run_at: Any, in_memory_site: Any) -> None:
    outcome = run_at(in_memory_site(defects=frozenset({"takes_both"})))
    assert "voters" in failing(outcome)


def test_a_vote_that_is_never_confirmed_is_a_difference(run_at: Any, in_memory_site: Any) -> None:
    outcome = run_at(in_memory_site(unconfirmed=10**6), patience=0.0, double_taps=0.0)
    assert not outcome.exact
    assert outcome.answers == {"503 not-confirmed": 40}


def test_a_site_without_an_open_poll_is_not_ready(run_at: Any, in_memory_site: Any) -> None:
    with pytest.raises(SiteNotReady, match="no poll is open"):
        run_at(in_memory_site(defects=frozenset({"no_poll"})))


def test_every_write_has_the_headers_of_our_pages(run_at: Any, in_memory_site: Any) -> None:
    site = in_memory_site()
    run_at(site, voters=3)
    posts = [request for request in site.requests if request.method == "POST"]
    assert posts
    for request in posts:
        assert request.headers["Origin"] == "http://localhost:8080"
        assert request.headers["Sec-Fetch-Site"] == "same-origin"
        assert request.headers["Content-Type"] == "application/json"


def test_each_voter_sends_only_its_own_voter_token(run_at: Any, in_memory_site: Any) -> None:
    site = in_memory_site()
    run_at(site, double_taps=0.0)
    voter_tokens = [request.headers["Cookie"] for request in site.requests if request.url.path == "/vote"]
    assert len(voter_tokens) == len(set(voter_tokens)) == 40
    assert not [r for r in site.requests if r.url.path == "/voter-token" and "Cookie" in r.headers]
