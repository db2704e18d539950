"""Rules of a recount: certified, different, or provisional."""

import pytest
from contracts.recount import RecountState
from results_service.domain.recount import Counters, compare
from results_service.domain.tally import Tally

LOG = Tally(5, 3, 1)
EQUAL = Counters(LOG, LOG)


def both(a: int, b: int, invalid: int) -> Counters:
    return Counters(Tally(a, b, invalid), Tally(a, b, invalid))


def test_a_sealed_log_that_all_agree_with_is_certified() -> None:
    verdict = compare(LOG, EQUAL, EQUAL, sealed=True, overdue=False)
    assert (verdict.state, verdict.difference) == (RecountState.CERTIFIED, 0)


def test_nothing_is_certified_before_the_log_is_sealed() -> None:
    verdict = compare(LOG, EQUAL, EQUAL, sealed=False, overdue=True)
    assert (verdict.state, verdict.difference) == (RecountState.PROVISIONAL, 0)


@pytest.mark.parametrize("now", [both(6, 3, 1), both(5, 4, 1), both(5, 3, 2), both(6, 2, 1)])
@pytest.mark.parametrize("overdue", [False, True])
def test_one_vote_too_many_in_the_counters_is_a_difference_at_once(now: Counters, overdue: bool) -> None:
    verdict = compare(LOG, EQUAL, now, sealed=True, overdue=overdue)
    assert verdict.state is RecountState.DIFFERENT
    assert verdict.difference == (2 if now == both(6, 2, 1) else 1)


@pytest.mark.parametrize("now", [both(4, 3, 1), both(5, 2, 1), both(5, 3, 0)])
def test_a_vote_missing_in_the_counters_may_be_late_and_then_is_lost(now: Counters) -> None:
    early = compare(LOG, EQUAL, now, sealed=True, overdue=False)
    late = compare(LOG, EQUAL, now, sealed=True, overdue=True)
    assert (early.state, early.counting_is_behind) == (RecountState.PROVISIONAL, True)
    assert (late.state, late.difference) == (RecountState.DIFFERENT, 1)


def test_published_totals_are_compared_with_the_log() -> None:
    shown = Counters(summed=LOG, shown=Tally(7, 3, 1))
    verdict = compare(LOG, EQUAL, shown, sealed=True, overdue=False)
    assert (verdict.state, verdict.difference) == (RecountState.DIFFERENT, 2)


def test_votes_counted_after_the_reading_of_an_open_poll_are_no_difference() -> None:
    verdict = compare(LOG, both(4, 3, 1), both(9, 8, 1), sealed=False, overdue=False)
    assert (verdict.state, verdict.difference) == (RecountState.PROVISIONAL, 0)


def test_excess_votes_from_before_the_reading_of_an_open_poll_are_a_difference() -> None:
    verdict = compare(LOG, both(6, 3, 1), both(9, 8, 1), sealed=False, overdue=False)
    assert (verdict.state, verdict.difference) == (RecountState.DIFFERENT, 1)
