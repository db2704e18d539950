"""Schedule: time slots never overlap, and an overlap error names the other poll and its times."""

from datetime import UTC, datetime, timedelta

import pytest
from contracts.ids import new_poll_id
from contracts.model import format_instant
from hypothesis import given
from hypothesis import strategies as st
from poll_service.domain.errors import AnotherPollActive, InvalidState
from poll_service.domain.schedule import ANNOUNCE_WINDOW, MAX_SLOTS, Schedule, TimeSlot

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
NAMES = [new_poll_id() for _ in range(4)]


def slot(name: int, opens: int, closes: int | None) -> TimeSlot:
    """Return a slot in minutes from now."""
    return TimeSlot(NAMES[name], NOW + opens * MINUTE, None if closes is None else NOW + closes * MINUTE)


SLOTS = st.builds(
    lambda name, opens, minutes: slot(name, opens, None if minutes is None else opens + minutes),
    st.integers(0, 3),
    st.integers(0, 30),
    st.none() | st.integers(1, 10),
)


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        ((0, 10), (10, 20), False),
        ((0, 10), (9, 20), True),
        ((0, 10), (2, 5), True),
        ((0, None), (10, 20), True),
        ((10, None), (0, 10), False),
        ((10, None), (0, 11), True),
        ((0, None), (5, None), True),
        ((0, 10), (20, None), False),
    ],
)
def test_slots_overlap_if_they_share_a_moment(
    one: tuple[int, int | None], other: tuple[int, int | None], both: bool
) -> None:
    assert slot(0, *one).overlaps(slot(1, *other)) is both
    assert slot(1, *other).overlaps(slot(0, *one)) is both


@given(st.lists(st.tuples(SLOTS, st.integers(0, 20)), max_size=12))
def test_slots_of_a_schedule_never_overlap(
    asked: list[tuple[TimeSlot, int]],
) -> None:
    schedule, now = Schedule(), NOW
    for wanted, minutes in asked:
        now += minutes * MINUTE
        try:
            after = schedule.with_slot(wanted, now)
        except AnotherPollActive:
            assert any(wanted.overlaps(other) for other in schedule.slots if other.poll_id != wanted.poll_id)
            continue
        assert after.revision == schedule.revision + 1
        assert wanted in after.slots
        schedule = after
        moments = [NOW + minute * MINUTE for minute in range(60)]
        for moment in moments:
            running = [s for s in schedule.slots if s.opens_at <= moment and not s.is_over(moment)]
            assert len(running) <= 1


@pytest.mark.parametrize(
    ("other", "words"),
    [
        (slot(0, -5, 10), f"is open until {format_instant(NOW + 10 * MINUTE)}: close it first"),
        (slot(0, -5, None), f"is open since {format_instant(NOW - 5 * MINUTE)}, without an end: give it one"),
        (slot(0, 5, 10), f"from {format_instant(NOW + 5 * MINUTE)} to {format_instant(NOW + 10 * MINUTE)}"),
        (slot(0, 5, None), f"scheduled from {format_instant(NOW + 5 * MINUTE)} on, without an end"),
    ],
    ids=["open", "open without an end", "scheduled", "scheduled without an end"],
)
def test_overlap_error_names_the_other_poll_its_times_and_the_remedy(other: TimeSlot, words: str) -> None:
    schedule = Schedule().with_slot(other, NOW - 10 * MINUTE)

    with pytest.raises(AnotherPollActive) as refused:
        schedule.with_slot(slot(1, 7, 9), NOW)

    assert other.poll_id in str(refused.value)
    assert words in str(refused.value)


def test_a_poll_has_one_slot_and_may_move_it() -> None:
    schedule = Schedule().with_slot(slot(0, 5, 10), NOW).with_slot(slot(0, 7, None), NOW)

    assert schedule.slots == (slot(0, 7, None),)
    assert schedule.without(NAMES[0], NOW).slots == ()


def test_next_change_removes_slots_that_are_over() -> None:
    schedule = Schedule().with_slot(slot(0, 0, 5), NOW).with_slot(slot(1, 20, None), NOW + 6 * MINUTE)

    assert schedule.slots == (slot(1, 20, None),)


def test_active_poll_is_the_open_one_or_the_next_within_a_day() -> None:
    schedule = Schedule().with_slot(slot(1, 20, 30), NOW).with_slot(slot(0, 0, 10), NOW)

    assert schedule.shown_at(NOW) == NAMES[0]
    assert schedule.shown_at(NOW + 9 * MINUTE) == NAMES[0]
    assert schedule.shown_at(NOW + 10 * MINUTE) == NAMES[1]
    assert schedule.shown_at(NOW + 30 * MINUTE) is None
    assert schedule.shown_at(NOW - ANNOUNCE_WINDOW) == NAMES[0]
    assert schedule.shown_at(NOW - ANNOUNCE_WINDOW - MINUTE) is None
    assert Schedule().shown_at(NOW) is None


def test_number_of_slots_is_limited() -> None:
    starts = [NOW + number * MINUTE for number in range(MAX_SLOTS)]
    full = Schedule(1, tuple(TimeSlot(new_poll_id(), start, start + MINUTE) for start in starts))

    with pytest.raises(InvalidState, match="planned already"):
        full.with_slot(slot(0, MAX_SLOTS, None), NOW)
    moved = TimeSlot(full.slots[-1].poll_id, NOW + MAX_SLOTS * MINUTE, None)
    assert len(full.with_slot(moved, NOW).slots) == MAX_SLOTS
