"""Pages of the vote log: a cursor to continue, and no voter keys."""

from datetime import UTC, datetime, timedelta

import pytest
from contracts.enums import Choice
from contracts.events import AnonymousVote, VoteCast
from contracts.ids import new_poll_id, new_trace_id
from vote_service.domain.vote_log_page import VoteLogEntry, cut, votes_by_time

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def entries(*places: str) -> list[VoteLogEntry]:
    return [VoteLogEntry(place, None) for place in places]


def test_last_page_is_complete_and_has_no_cursor() -> None:
    page = entries("aaaa1", "bbbb2")
    assert cut(page, more=False) == (page, None)


def test_cursor_is_no_voter_key_and_the_next_page_starts_there() -> None:
    page = entries("aaaa1" * 8, "bbbb2" * 8, "cccc3" * 8)
    assert cut(page, more=True) == (page[:2], "cccc")


def test_keys_with_a_common_prefix_do_not_stop_paging() -> None:
    page = entries("voter-1", "voter-2", "voter-3")
    assert cut(page, more=True) == (page[:2], "voter-3")


def test_page_without_progress_raises_an_error() -> None:
    with pytest.raises(ValueError, match="one entry"):
        cut(entries("aaaa1"), more=True)


@pytest.mark.covers("T40")
def test_votes_are_sorted_by_time_without_invalid_entries_and_trace_ids() -> None:
    poll_id = new_poll_id()
    late, early = (
        VoteCast(
            poll_id=poll_id,
            choice=Choice.A,
            recorded_at=NOON + timedelta(seconds=after),
            trace_id=new_trace_id(),
        )
        for after in (5, 1)
    )
    found = votes_by_time([VoteLogEntry("a", late), VoteLogEntry("b", None), VoteLogEntry("c", early)])
    assert found == (early.project(AnonymousVote), late.project(AnonymousVote))
