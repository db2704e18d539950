from dataclasses import replace
from datetime import UTC, datetime

from contracts.enums import Choice
from hypothesis import given
from hypothesis import strategies as st
from results_service.domain.tally import Tally, increment_after, lowest_number, mark_of
from results_service.domain.vote_record import Change, PoisonRecord, Tampering, Vote

POLL = "0" * 26
VOTED_AT = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)


def a(number: int) -> Vote:
    return Vote(POLL, str(number), Choice.A, VOTED_AT)


def b(number: int) -> Vote:
    return Vote(POLL, str(number), Choice.B, VOTED_AT)


def poison(number: int | None) -> PoisonRecord:
    return PoisonRecord(POLL, None if number is None else str(number), "not a vote", {})


def test_a_new_shard_item_counts_everything() -> None:
    step = increment_after(None, [a(1), b(2), a(3), poison(4)])
    assert step is not None
    assert step.added == Tally(a=2, b=1, invalid=1)
    assert step.mark == mark_of("4")


def test_votes_count_by_the_option_that_was_shown_first() -> None:
    shown = [replace(a(1), shown_first=Choice.A), replace(b(2), shown_first=Choice.A), b(3)]
    step = increment_after(None, [*shown, replace(a(4), shown_first=Choice.B)])
    assert step is not None
    assert step.added == Tally(a=2, b=2, a_first_a=1, a_first_b=1, b_first_a=1)
    assert step.added + Tally(b_first_a=1, b_first_b=2) == Tally(2, 2, 0, 1, 1, 2, 2)


def test_only_records_above_the_mark_count() -> None:
    step = increment_after(mark_of("2"), [a(1), a(2), b(3)])
    assert step is not None
    assert step.added == Tally(b=1)


def test_batch_at_or_below_the_mark_adds_nothing() -> None:
    assert increment_after(mark_of("3"), [a(1), b(3)]) is None


def test_trace_id_is_that_of_the_newest_counted_vote() -> None:
    earlier, newest = replace(a(9), trace_id="1" * 32), replace(b(10), trace_id="2" * 32)
    step = increment_after(None, [newest, earlier, poison(11)])
    assert step is not None
    assert step.trace_id == "2" * 32


def test_a_record_twice_in_one_batch_counts_once() -> None:
    step = increment_after(None, [a(5), a(5)])
    assert step is not None
    assert step.added == Tally(a=1)


def test_numbers_of_different_length_compare_as_numbers() -> None:
    assert increment_after(mark_of("99"), [a(100)]) is not None
    assert increment_after(mark_of("100"), [a(99)]) is None


def test_changed_and_removed_votes_neither_count_nor_move_the_mark() -> None:
    assert increment_after(None, [Tampering(POLL, "9", "MODIFY", {})]) is None


def test_a_record_without_a_number_does_not_count() -> None:
    assert increment_after(None, [poison(None)]) is None


def test_the_lowest_number_is_given_as_delivered() -> None:
    assert lowest_number([a(100), b(99), poison(101)]) == "99"


def test_there_is_no_lowest_number_when_a_record_has_none() -> None:
    assert lowest_number([a(1), poison(None)]) is None
    assert lowest_number([]) is None


def one_vote(number: int, choice: Choice) -> Change:
    return Vote(POLL, str(number), choice, VOTED_AT)


@given(
    st.lists(st.sampled_from(Choice), max_size=30), st.lists(st.tuples(st.integers(0, 30), st.integers(1, 9)))
)
def test_any_cuts_with_any_repetitions_add_up_to_the_log(
    choices: list[Choice], starts: list[tuple[int, int]]
) -> None:
    log = [one_vote(number, choice) for number, choice in enumerate(choices, start=1)]
    total, mark, done = Tally(), None, 0
    for start, size in [*starts, *((0, len(log)) for _ in range(2))]:
        first = min(start, done)
        done = max(done, first + size)
        step = increment_after(mark, log[first : first + size])
        if step is not None:
            total, mark = total + step.added, step.mark
    assert total == Tally(choices.count(Choice.A), choices.count(Choice.B))
