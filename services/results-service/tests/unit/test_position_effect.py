"""The position effect, with the published intervals of the papers that define them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from results_service.domain.position_effect import difference, position_effect, share
from results_service.domain.tally import Tally

COUNT = st.integers(0, 10**7)


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_share_has_the_published_interval_of_wilson(part: int, whole: int, low: float, high: float) -> None:
    """Newcombe 1998, Statistics in Medicine 17:857-872, table I, method 3."""
    found = share(part, whole)
    assert found.estimate == part / whole
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((10, 10), (0, 10), 0.6075, 1.0),
    ],
)
def test_difference_has_the_published_interval_of_newcombe(
    one: tuple[int, int], other: tuple[int, int], low: float, high: float
) -> None:
    """Newcombe 1998, Statistics in Medicine 17:873-890, table II, method 10."""
    found = difference(share(*one), share(*other))
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


def test_effect_states_share_and_difference_of_both_orders() -> None:
    found = position_effect(Tally(a=104, b=46, a_first_a=56, a_first_b=14, b_first_a=48, b_first_b=32))
    assert found is not None
    assert found.first_share == (56 + 32) / 150
    assert found.difference == pytest.approx(0.2)
    assert (found.difference_low, found.difference_high) == pytest.approx((0.0524, 0.3339), abs=5e-5)


def test_votes_without_a_known_order_have_no_effect() -> None:
    assert position_effect(Tally(a=3, b=4)) is None


def test_votes_with_one_order_have_a_share_and_no_difference() -> None:
    found = position_effect(Tally(a=3, b=1, a_first_a=3, a_first_b=1))
    assert found is not None
    assert (found.first_share, found.difference, found.difference_low) == (0.75, None, None)


@given(COUNT, COUNT, COUNT, COUNT)
def test_intervals_contain_their_estimate_and_possible_values_only(
    a_first_a: int, a_first_b: int, b_first_a: int, b_first_b: int
) -> None:
    found = position_effect(Tally(0, 0, 0, a_first_a, a_first_b, b_first_a, b_first_b))
    if found is None:
        assert a_first_a + a_first_b + b_first_a + b_first_b == 0
        return
    assert 0 <= found.first_share_low <= found.first_share <= found.first_share_high <= 1
    if found.difference is None or found.difference_low is None or found.difference_high is None:
        assert not (a_first_a + a_first_b and b_first_a + b_first_b)
        return
    assert -1 - 1e-9 <= found.difference_low <= found.difference <= found.difference_high <= 1 + 1e-9


@given(COUNT, COUNT, COUNT, COUNT)
def test_exchanged_options_have_the_same_effect(a: int, b: int, c: int, d: int) -> None:
    found, mirrored = position_effect(Tally(0, 0, 0, a, b, c, d)), position_effect(Tally(0, 0, 0, d, c, b, a))
    if found is None or mirrored is None:
        assert found is mirrored
        return
    assert found.first_share == mirrored.first_share
    assert found.difference == pytest.approx(mirrored.difference)
