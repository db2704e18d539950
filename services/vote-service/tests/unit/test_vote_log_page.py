"""Pages of the vote log: a cursor to continue, and no voter keys."""

from datetime import UTC, datetime, timedelta

import pytest
from contracts.enums import Choice
from contracts.events import AnonymousVote, VoteCast
from contracts.ids import new_poll_id, new_trace_id
from hypothesis import given
from hypothesis import strategies as st
from vote_service.domain import vote_log_page
from vote_service.domain.vote_log_page import (
    MAX_SECTIONS,
    LogPlace,
    VoteLogEntry,
    cut,
    read_section,
    sections_of,
    votes_by_time,
)

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


KEYS = st.text("Aa0-_", min_size=6, max_size=6)


@given(
    st.dictionaries(st.tuples(st.integers(0, 69), KEYS), st.none(), max_size=60),
    st.sampled_from([1, 3, 16, 17, 70]),
    st.integers(4, 12),
)
def test_sections_contain_each_entry_of_all_buckets_once(
    stored: dict[tuple[int, str], None], buckets: int, page: int
) -> None:
    log = sorted({(bucket % buckets, key) for bucket, key in stored})

    def read(bucket: int, start: str | None, limit: int) -> tuple[list[VoteLogEntry], bool]:
        found = [key for place, key in log if place == bucket and key >= (start or "")]
        return entries(*(f"{key}" for key in found[:limit])), len(found) > limit

    found: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vote_log_page, "PAGE", page)
        for section in range(sections_of(buckets)):
            cursor: str | None = None
            while True:
                place = LogPlace.read(section, cursor, buckets)
                kept, following = read_section(read, place, buckets)
                assert len(kept) <= page
                found += [entry.place for entry in kept]
                if following is None:
                    break
                cursor = following.cursor(section)
                assert LogPlace.read(section, cursor, buckets) == following
    assert sorted(found) == sorted(key for _, key in log)


def test_cursor_in_the_first_bucket_of_a_section_is_a_prefix_only() -> None:
    """Earlier releases, which may continue a recount, know no others."""
    assert LogPlace(3, "abcd").cursor(3) == "abcd"
    assert LogPlace.read(3, "abcd", 16) == LogPlace(3, "abcd")
    assert LogPlace(3 + MAX_SECTIONS).cursor(3) == "19."


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
