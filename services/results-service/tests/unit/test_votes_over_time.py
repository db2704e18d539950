from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from contracts.enums import PollStatus, ResultVisibility
from contracts.votes_over_time import MAX_POINTS
from hypothesis import given
from hypothesis import strategies as st
from results_service.domain.poll import Poll
from results_service.domain.tally import Tally
from results_service.domain.totals import Totals
from results_service.domain.votes_over_time import SLOTS, Point, level_ended, level_for, series_until

OPENED = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
POLL = "0" * 26
MS = timedelta(milliseconds=1)


def totals(
    after: timedelta, votes: int = 0, closes: timedelta | None = None, status: PollStatus = PollStatus.OPEN
) -> Totals:
    closes_at = None if closes is None else OPENED + closes
    opens_at = None if status is PollStatus.DRAFT else OPENED
    poll = Poll(
        poll_id=POLL, status=status, result_visibility=ResultVisibility.NEVER, opens_at=opens_at,
        closes_at=closes_at, revision=2,
    )  # fmt: skip
    at = OPENED + after
    return Totals(POLL, Tally(votes, votes), poll, int(at.timestamp() * 1000), at)


def point(after: timedelta, votes: int) -> Point:
    return Point(OPENED + after, votes, votes)


def test_each_slot_is_a_multiple_of_the_one_before() -> None:
    assert all(wide % narrow == timedelta(0) for narrow, wide in pairwise(SLOTS))


def test_versions_within_a_slot_end_no_level() -> None:
    assert level_ended(1_777_920_130_000, 1_777_920_139_999) is None


@pytest.mark.parametrize("level", range(len(SLOTS)))
def test_the_widest_slot_that_ended_counts(level: int) -> None:
    end = 1_777_852_800_000 + SLOTS[level] // MS  # a midnight, and one slot
    assert level_ended(end - 1, end) == level


@given(st.lists(st.integers(1, 10**7), min_size=1, max_size=60), st.integers(0, len(SLOTS) - 1))
def test_a_level_and_the_wider_ones_hold_the_last_version_of_every_slot(gaps: list[int], level: int) -> None:
    versions = [1_777_920_131_358]
    for gap in gaps:
        versions.append(versions[-1] + gap)
    width = SLOTS[level] // MS
    last_of_slot = {version // width: version for version in versions}
    kept = {
        before
        for before, after in pairwise(versions)
        if (level_ended(before, after) or 0) >= level and level_ended(before, after) is not None
    }
    assert kept | {versions[-1]} == set(last_of_slot.values())


@pytest.mark.parametrize(
    ("open_for", "width"),
    [
        (timedelta(minutes=5), timedelta(seconds=10)),
        (timedelta(hours=2), timedelta(minutes=1)),
        (timedelta(days=1), timedelta(minutes=10)),
        (timedelta(days=30), timedelta(hours=2)),
        (timedelta(days=5000), timedelta(days=1)),
    ],
)
def test_the_finest_slots_are_read_that_fit_the_life_of_the_poll(
    open_for: timedelta, width: timedelta
) -> None:
    assert SLOTS[level_for(totals(open_for))] == width


def test_a_poll_that_was_archived_long_after_is_drawn_as_fine_as_on_its_day() -> None:
    shown = totals(timedelta(days=400), closes=timedelta(hours=1), status=PollStatus.CLOSED)
    assert SLOTS[level_for(shown)] == timedelta(seconds=10)


def test_a_series_begins_with_nothing_at_the_opening_and_ends_with_the_totals() -> None:
    minute = timedelta(minutes=1)
    found = series_until(totals(3 * minute, 7), [point(minute, 2), point(2 * minute, 4)])
    assert found == [point(timedelta(0), 0), point(minute, 2), point(2 * minute, 4), point(3 * minute, 7)]


def test_series_before_the_opening_is_empty() -> None:
    assert not series_until(totals(timedelta(seconds=-3)), [])
    assert not series_until(totals(timedelta(hours=1), status=PollStatus.DRAFT), [])


def test_snapshot_after_the_close_adds_a_point_only_if_counts_changed() -> None:
    hour = timedelta(hours=1)
    late = point(hour + timedelta(seconds=2), 9)
    points = [point(hour / 2, 5), late, point(2 * hour, 9)]
    found = series_until(totals(300 * hour, 9, closes=hour, status=PollStatus.CLOSED), points)
    assert found == [point(timedelta(0), 0), point(hour / 2, 5), late]


@given(st.integers(0, 3 * MAX_POINTS))
def test_a_chart_gets_no_more_points_than_it_has_room_for_and_always_both_ends(many: int) -> None:
    kept = [point(timedelta(seconds=number + 1), number) for number in range(many)]
    newest = totals(timedelta(seconds=many + 2), many)
    found = series_until(newest, kept)
    assert len(found) == min(many + 2, MAX_POINTS)
    assert (found[0], found[-1]) == (point(timedelta(0), 0), point(timedelta(seconds=many + 2), many))
    assert sorted(found, key=lambda one: (one.at, one.a)) == list(found)
