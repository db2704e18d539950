"""Parts of the load test: its plan, its allowed sites, its latency measurement."""

import random
from collections import Counter

import pytest
from contracts.enums import Choice
from loadtest.crowd.latency import Observation, measure, spread
from loadtest.crowd.plan import DoubleTap, plan_crowd
from loadtest.crowd.site import NotLoopback, loopback_origin
from loadtest.crowd.voter import Reply


def reply(sent_at: float, answered_at: float, *, attempts: int = 1, status: int = 201) -> Reply:
    return Reply(Choice.A, status, {}, attempts, sent_at, answered_at)


def test_a_tenth_of_the_voters_gets_each_kind_of_double_tap_equally() -> None:
    plans = plan_crowd(1000, 50, 0.1, random.Random(1))
    assert Counter(plan.double_tap for plan in plans if plan.double_tap) == dict.fromkeys(DoubleTap, 25)
    for plan in plans:
        kind = plan.double_tap
        assert len(plan.taps) == (2 if kind else 1)
        if kind:
            assert (plan.taps[0].choice is plan.taps[1].choice) is kind.same
            assert (plan.taps[1].delay == 0) is kind.at_once
    assert plans[500].arrival == 10.0


def test_the_same_seed_gives_the_same_plan() -> None:
    assert plan_crowd(50, 5, 0.2, random.Random(3)) == plan_crowd(50, 5, 0.2, random.Random(3))
    assert plan_crowd(50, 5, 0.2, random.Random(3)) != plan_crowd(50, 5, 0.2, random.Random(4))


@pytest.mark.parametrize(
    ("voters", "rate", "share"), [(0, 1, 0), (1, 0, 0), (1, -1, 0), (1, 1, 1.1), (1, 1, -0.1)]
)
def test_numbers_out_of_range_are_rejected(voters: int, rate: float, share: float) -> None:
    with pytest.raises(ValueError, match=r"crowd|rate|share"):
        plan_crowd(voters, rate, share, random.Random(1))


@pytest.mark.parametrize(
    ("site", "origin"),
    [
        ("http://localhost:8080", "http://localhost:8080"),
        ("http://localhost:8080/?poll=x", "http://localhost:8080"),
        ("http://127.0.0.1:9000/", "http://127.0.0.1:9000"),
    ],
)
def test_a_local_site_is_reduced_to_its_origin(site: str, origin: str) -> None:
    assert loopback_origin(site) == origin


@pytest.mark.parametrize(
    "site",
    ["https://example.com", "http://localhost.example.com", "http://10.0.0.1:8080", "ftp://localhost",
     "localhost:8080", "", "http://localhost@example.com/", "http://127.0.0.1.example.com/"],
)  # fmt: skip
def test_a_foreign_site_is_rejected(site: str) -> None:
    with pytest.raises(NotLoopback):
        loopback_origin(site)


def test_latency_ends_with_the_first_message_that_reaches_the_confirmed_total() -> None:
    votes = [reply(1.0, 1.2), reply(2.0, 2.2)]
    messages = [Observation(1.0, 10), Observation(1.25, 11), Observation(2.5, 12)]
    found = measure(votes, 10, [messages])
    assert found.from_sending == pytest.approx([0.25, 0.5])
    assert found.from_answer == pytest.approx([0.05, 0.3])


def test_a_message_before_the_answer_gives_zero_latency() -> None:
    assert measure([reply(1.0, 1.2)], 0, [[Observation(1.1, 1)]]).from_answer == [0.0]


def test_a_late_smaller_message_does_not_change_the_latency() -> None:
    found = measure([reply(1.0, 1.2)], 0, [[Observation(1.3, 1), Observation(1.4, 0), Observation(1.5, 1)]])
    assert found.from_sending == pytest.approx([0.3])


def test_unshown_and_retried_votes_are_not_measured() -> None:
    votes = [reply(1.0, 1.2, attempts=2), reply(2.0, 2.2), reply(3.0, 3.2)]
    found = measure(votes, 0, [[Observation(1.5, 1), Observation(2.5, 2)]])
    assert found.from_sending == pytest.approx([0.5])


def test_percentiles_use_nearest_rank_in_milliseconds() -> None:
    found = spread([number / 1000 for number in range(1, 101)])
    assert found
    assert [found.p50, found.p90, found.p95, found.p99, found.slowest] == pytest.approx([50, 90, 95, 99, 100])
    assert spread([]) is None
