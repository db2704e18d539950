from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from contracts.enums import PollStatus, ResultVisibility
from contracts.visibility import Scope
from results_service.domain.errors import ResultsHidden, UnknownPoll
from results_service.domain.poll import Poll
from results_service.domain.results import results_for, turnout_for
from results_service.domain.tally import Tally
from results_service.domain.totals import Totals

NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
PAST, FUTURE = NOW - timedelta(seconds=1), NOW + timedelta(seconds=1)
POLL = "0" * 26
ALWAYS, AFTER_VOTE, AFTER_CLOSE, NEVER = ResultVisibility
EVERYBODY = {Scope.PUBLIC, Scope.VOTER, Scope.ORGANISER}


def totals(
    visibility: ResultVisibility,
    status: PollStatus = PollStatus.OPEN,
    closes_at: datetime | None = None,
    *,
    show_turnout: bool = False,
) -> Totals:
    poll = Poll(
        poll_id=POLL, status=status, result_visibility=visibility, opens_at=PAST, closes_at=closes_at,
        revision=1, show_turnout=show_turnout,
    )  # fmt: skip
    return Totals(POLL, Tally(2, 3, 1), poll, 7, NOW)


def test_results_of_shuffled_options_state_the_position_effect() -> None:
    plain = totals(ALWAYS)
    shuffled = replace(plain, tally=Tally(2, 3, 1, 2, 1, 0, 2))
    assert results_for(plain, Scope.PUBLIC, NOW).position_effect is None
    effect = results_for(shuffled, Scope.PUBLIC, NOW).position_effect
    assert effect is not None
    assert effect.first_share == 0.8


def readers(found: Totals, read: Callable[..., object] = results_for) -> set[Scope]:
    seeing = set()
    for scope in Scope:
        try:
            read(found, scope, NOW)
        except ResultsHidden:
            continue
        seeing.add(scope)
    return seeing


@pytest.mark.parametrize(
    ("visibility", "while_open", "once_closed"),
    [
        (ALWAYS, EVERYBODY, EVERYBODY),
        (AFTER_VOTE, {Scope.VOTER, Scope.ORGANISER}, EVERYBODY),
        (AFTER_CLOSE, {Scope.ORGANISER}, EVERYBODY),
        (NEVER, {Scope.ORGANISER}, {Scope.ORGANISER}),
    ],
)
def test_counts_are_visible_as_the_policy_allows(
    visibility: ResultVisibility, while_open: set[Scope], once_closed: set[Scope]
) -> None:
    assert readers(totals(visibility, closes_at=FUTURE)) == while_open
    assert readers(totals(visibility, PollStatus.CLOSED, closes_at=PAST)) == once_closed


@pytest.mark.parametrize("visibility", ResultVisibility)
@pytest.mark.parametrize("status", [PollStatus.OPEN, PollStatus.CLOSED])
def test_turnout_is_visible_with_counts_or_if_the_poll_shows_it(
    visibility: ResultVisibility, status: PollStatus
) -> None:
    assert readers(totals(visibility, status), turnout_for) == readers(totals(visibility, status))
    shown = totals(visibility, status, show_turnout=True)
    assert readers(shown, turnout_for) == EVERYBODY
    assert readers(shown) == readers(totals(visibility, status))


def test_the_turnout_is_all_valid_votes_and_nothing_else() -> None:
    shown = turnout_for(totals(NEVER, show_turnout=True), Scope.PUBLIC, NOW).model_dump()
    assert (shown["total"], shown["version"]) == (5, 7)
    assert not {2, 3, 1} & {value for value in shown.values() if type(value) is int}


def test_the_clock_closes_a_poll_before_its_event_does() -> None:
    shown = results_for(totals(AFTER_CLOSE, PollStatus.OPEN, closes_at=NOW), Scope.PUBLIC, NOW)
    assert shown.status is PollStatus.CLOSED


def test_the_total_leaves_invalid_records_out() -> None:
    shown = results_for(totals(ALWAYS), Scope.PUBLIC, NOW)
    assert (shown.counts.a, shown.counts.b, shown.total, shown.version) == (2, 3, 5, 7)


def test_hidden_results_error_states_until_when() -> None:
    with pytest.raises(ResultsHidden, match=r"closed \(2026-11-23T18:00:01.000Z\)\."):
        results_for(totals(AFTER_CLOSE, closes_at=FUTURE), Scope.PUBLIC, NOW)
    with pytest.raises(ResultsHidden, match=r"organisers only\."):
        results_for(totals(NEVER, closes_at=FUTURE), Scope.PUBLIC, NOW)


def test_poll_without_event_is_unknown_to_all() -> None:
    votes_only = Totals(POLL, Tally(1), None, 1, NOW)
    for scope in Scope:
        for found in (None, votes_only):
            for read in (results_for, turnout_for):
                with pytest.raises(UnknownPoll):
                    read(found, scope, NOW)


def test_a_draft_is_known_to_organisers_only() -> None:
    draft = totals(ALWAYS, PollStatus.DRAFT, show_turnout=True)
    assert results_for(draft, Scope.ORGANISER, NOW).status is PollStatus.DRAFT
    for scope in (Scope.PUBLIC, Scope.VOTER):
        for read in (results_for, turnout_for):
            with pytest.raises(UnknownPoll):
                read(draft, scope, NOW)
