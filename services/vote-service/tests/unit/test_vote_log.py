"""Pages that can be read on from and name no voter."""

from datetime import UTC, datetime, timedelta

import pytest
from contracts.events import VoteCast
from contracts.ids import Choice, new_poll_id
from vote_service.domain.vote_log_page import VoteLogEntry, cut, votes_by_time

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def entries(*places: str) -> list[VoteLogEntry]:
    return [VoteLogEntry(place, None) for place in places]


def test_the_last_page_is_whole_and_has_no_cursor() -> None:
    page = entries("aaaa1", "bbbb2")
    assert cut(page, more=False) == (page, None)


def test_a_cursor_is_no_place_and_all_from_there_on_is_read_again() -> None:
    page = entries("aaaa1" * 8, "bbbb2" * 8, "cccc3" * 8)
    assert cut(page, more=True) == (page[:2], "cccc")


def test_places_that_begin_alike_still_let_the_reading_go_on() -> None:
    page = entries("voter-1", "voter-2", "voter-3")
    assert cut(page, more=True) == (page[:2], "voter-3")


def test_a_page_that_could_never_be_left_is_an_error_and_no_endless_loop() -> None:
    with pytest.raises(ValueError, match="one entry"):
        cut(entries("aaaa1"), more=True)


def test_votes_come_by_time_and_what_is_no_vote_is_left_out() -> None:
    poll_id = new_poll_id()
    late, early = (
        VoteCast(poll_id=poll_id, choice=Choice.A, recorded_at=NOON + timedelta(seconds=after))
        for after in (5, 1)
    )
    found = votes_by_time([VoteLogEntry("a", late), VoteLogEntry("b", None), VoteLogEntry("c", early)])
    assert found == (early, late)
