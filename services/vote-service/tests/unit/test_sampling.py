"""Sampling: exact for small counts, and correct on average for large ones."""

import random

from hypothesis import given
from hypothesis import strategies as st
from vote_service.domain.sampling import ONE_IN, weight_of

chances = st.floats(0, 1, exclude_max=True)


@given(st.integers(0, 99), chances)
def test_small_counts_have_weight_one(seen: int, chance: float) -> None:
    assert weight_of(seen, 100, chance) == 1


@given(st.integers(100, 9_999), chances)
def test_large_counts_have_weight_ten_or_zero(seen: int, chance: float) -> None:
    assert weight_of(seen, 100, chance) == (ONE_IN if chance < 1 / ONE_IN else 0)


@given(st.integers(10_000), chances)
def test_very_large_counts_have_weight_hundred_or_zero(seen: int, chance: float) -> None:
    assert weight_of(seen, 100, chance) == (100 if chance < 1 / 100 else 0)


def test_sampling_of_a_part_of_a_million_votes_costs_a_fortieth_and_is_accurate() -> None:
    chance, events = random.Random(4), 62_500
    counted = writes = 0
    for _ in range(events):
        weight = weight_of(counted, 100, chance.random())
        counted += weight
        writes += weight > 0
    assert abs(counted - events) < 0.1 * events
    assert writes < events / 38


def test_sampling_ten_thousand_events_costs_a_tenth_and_is_accurate() -> None:
    chance = random.Random(4)
    counted = writes = 0
    for _ in range(10_000):
        weight = weight_of(counted, 100, chance.random())
        counted += weight
        writes += weight > 0
    assert abs(counted - 10_000) < 1_000
    assert 900 < writes < 1_300
