"""Orders of recounts and rebuilds, and the progress of a recount in one bucket of the log."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from contracts.enums import Choice
from contracts.events import VoteCast
from contracts.ids import new_poll_id
from contracts.vote_log import VoteLogPage
from results_service.domain.epoch import Epoch
from results_service.domain.recount import (
    SEALED_AFTER,
    BucketCount,
    order_after,
    order_at_close,
    order_now,
    order_rebuild,
)
from results_service.domain.tally import Tally

POLL = new_poll_id()
CLOSES = datetime(2026, 11, 23, 19, 0, tzinfo=UTC)
CUT = datetime(2026, 11, 23, 18, 30, tzinfo=UTC)


@pytest.fixture
def page() -> Callable[..., VoteLogPage]:
    """Make a page of two votes, a second before the cut and at it, and of one invalid record."""

    def make(**changed: Any) -> VoteLogPage:
        votes = ((Choice.A, CUT - timedelta(seconds=1)), (Choice.B, CUT))
        page = VoteLogPage(
            poll_id=POLL,
            bucket=0,
            buckets=4,
            events=tuple(VoteCast(poll_id=POLL, choice=choice, recorded_at=at) for choice, at in votes),
            invalid=1,
            cursor=None,
            sealed=True,
            closes_at=CLOSES,
        )
        return page.model_copy(update=changed)

    return make


def test_repeated_close_event_orders_one_recount_of_the_sealed_log() -> None:
    order = order_at_close(POLL, CLOSES)
    assert order == order_at_close(POLL, CLOSES)
    assert order.sealed_only
    assert order.recount_id.startswith(f"{int((CLOSES + SEALED_AFTER).timestamp() * 1000):013d}-")


def test_two_orders_of_one_millisecond_differ_by_their_tokens() -> None:
    one, other = order_now(POLL, CLOSES, "x"), order_now(POLL, CLOSES, "y")
    assert one.recount_id != other.recount_id
    assert not one.sealed_only


def test_a_rebuild_reads_its_base_once_nothing_older_can_be_written_and_is_recounted_afterwards() -> None:
    epoch = Epoch("0002", CUT)
    rebuild = order_rebuild(POLL, epoch)
    assert rebuild == order_rebuild(POLL, epoch)
    assert (rebuild.epoch, rebuild.read_from) == ("0002", CUT + SEALED_AFTER)
    recount = order_after(rebuild)
    assert recount.poll_id == POLL
    assert recount.recount_id > rebuild.recount_id, "ids sort by time"


def test_a_bucket_is_counted_page_by_page(page: Callable[..., VoteLogPage]) -> None:
    first = BucketCount(0).after(page(cursor="next"), CLOSES)
    assert (first.tally, first.pages, first.cursor, first.done) == (Tally(1, 1, 1), 1, "next", False)
    last = first.after(page(), CLOSES)
    assert (last.tally, last.pages, last.cursor, last.done) == (Tally(2, 2, 2), 2, None, True)
    assert last.sealed


def test_base_ends_at_the_cutoff(page: Callable[..., VoteLogPage]) -> None:
    assert BucketCount(0).after(page(), CLOSES, before=CUT).tally == Tally(1, 0, 1)


@pytest.mark.parametrize(
    "changed", [{"sealed": False}, {"closes_at": None}, {"closes_at": CLOSES + timedelta(seconds=1)}], ids=str
)
def test_one_page_of_another_state_keeps_a_bucket_from_being_sealed(
    page: Callable[..., VoteLogPage], changed: dict[str, Any]
) -> None:
    assert not BucketCount(0).after(page(**changed), CLOSES).after(page(), CLOSES).sealed
