"""Sampled counters: cheap in a flood, and without errors for the caller."""

import random
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest
from vote_service.adapters.sampled_counters import SampledCounters

NOW, LATER = datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 9, 1, tzinfo=UTC)


@pytest.fixture
def writes(stack: Any) -> Counter[str]:
    found: Counter[str] = Counter()
    stack.hook(stack.dynamodb, "before-call.dynamodb.UpdateItem", lambda **_: found.update(["UpdateItem"]))
    return found


@pytest.fixture
def counters(stack: Any) -> SampledCounters:
    return SampledCounters(stack.dynamodb, stack.refs["VotingStateTable"], exact=100)


def test_small_counts_are_exact_and_cost_one_write_each(counters: Any, writes: Counter[str]) -> None:
    for _ in range(100):
        counters.add("#abuse#x#1", ("votes", "group_17"), LATER)
    assert counters.read(["#abuse#x#1"], NOW) == [
        {"votes": 100, "group_17": 100, "expires_at": int(LATER.timestamp())}
    ]
    assert writes["UpdateItem"] == 100


def test_a_flood_costs_a_tenth_of_its_writes(
    counters: Any, writes: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(random, "random", random.Random(7).random)
    for _ in range(2_000):
        counters.add("#abuse#x#1", ("votes",), LATER)
    [found] = counters.read(["#abuse#x#1"], NOW)
    assert abs(found["votes"] - 2_000) < 600
    assert 100 < writes["UpdateItem"] < 400


def test_hundreds_of_items_are_read_without_the_missing_ones(counters: Any) -> None:
    for number in range(0, 250, 2):
        counters.add(f"#issued#{number}", ("issued",), LATER)
    found = counters.read((f"#issued#{number}" for number in range(250)), NOW)
    assert [numbers["issued"] for numbers in found] == [1] * 125


def test_unavailable_table_raises_no_error(
    stack: Any, counters: Any, caplog: pytest.LogCaptureFixture
) -> None:
    stack.dynamodb.delete_table(TableName=stack.refs["VotingStateTable"])
    counters.add("#abuse#x#1", ("votes",), LATER)
    assert "a count was lost" in caplog.text
