"""Counters are rebuilt from the log while votes come in: no vote is lost or counted twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any

import pytest
from contracts.recount import Certificate, RebuildBegun
from contracts.vote_log import ReadVoteLog
from results_service.adapters.recount_queue import ORDERS
from results_service.domain.recount import RebuildOrder, order_at_close

from .vote_logs import VOTED_AT, VoteLogDouble, order_event

type Build = Callable[..., dict[str, Any]]
CLOSES = datetime(2026, 11, 23, 19, tzinfo=UTC)
DONE: dict[str, list[Any]] = {"batchItemFailures": []}
AGAIN = {"batchItemFailures": [{"itemIdentifier": "message-1"}]}


@pytest.fixture
def rebuild(load: Callable[[str], ModuleType]) -> ModuleType:
    return load("rebuild")


@pytest.fixture
def recount(
    load: Callable[[str], ModuleType], atomic_calls: None, monkeypatch: pytest.MonkeyPatch
) -> ModuleType:
    """The recount function, an hour later, after every cutoff and every close."""
    module = load("recount")
    module.double = VoteLogDouble()  # type: ignore[attr-defined]
    monkeypatch.setattr(module.log_counter.vote_log, "_client", module.double)
    at(module, monkeypatch, lambda: datetime.now(UTC) + timedelta(hours=1))
    return module


def at(module: ModuleType, monkeypatch: pytest.MonkeyPatch, clock: Callable[[], datetime]) -> None:
    recounter = replace(module.counter_rebuilder.recounter, clock=clock, sleep=lambda _: None)
    monkeypatch.setattr(module, "counter_rebuilder", replace(module.counter_rebuilder, recounter=recounter))


@pytest.fixture
def count(aws: Any, load: Callable[[str], ModuleType], delivery: Build) -> Callable[..., None]:
    module = load("count_votes")

    def count_records(*records: dict[str, Any], shard: str = "shard-1") -> None:
        assert module.handler(delivery(shard, *records), aws.context)["batchItemFailures"] == []

    return count_records


@pytest.fixture
def closed(aws: Any, load: Callable[[str], ModuleType], poll_record: Build, poll_id: str) -> str:
    load("track_poll_status").handler({"Records": [poll_record(poll_id, "closed", 3)]}, aws.context)
    clear(aws)
    return poll_id


def clear(aws: Any) -> list[Any]:
    found = aws.sqs.receive_message(QueueUrl=aws.recount_queue_url, MaxNumberOfMessages=10).get(
        "Messages", []
    )
    for message in found:
        aws.sqs.delete_message(QueueUrl=aws.recount_queue_url, ReceiptHandle=message["ReceiptHandle"])
    return [ORDERS.validate_json(message["Body"]) for message in found]


def begin(module: ModuleType, aws: Any, poll_id: str) -> RebuildBegun:
    return RebuildBegun.model_validate(module.handler({"poll_id": poll_id}, aws.context))


def order_of(begun: RebuildBegun) -> RebuildOrder:
    return RebuildOrder(
        poll_id=begun.poll_id,
        recount_id=begun.recount_id.replace("rebuilt", "base"),
        epoch=begun.epoch,
        cutoff=begun.cut,
    )


def newest(aws: Any, poll_id: str) -> Certificate:
    return Certificate.model_validate_json(aws.items(poll_id, "certificate#")[-1]["body"]["S"])


def test_votes_that_the_stream_forgot_are_counted_by_a_rebuild_and_certified(
    aws: Any, rebuild: ModuleType, recount: ModuleType, count: Any, vote: Build, closed: str
) -> None:
    recount.double.logs[closed] = "aababi"
    count(vote(closed, "a", 1), vote(closed, "b", 2))
    recount.handler(order_event(order_at_close(closed, CLOSES)), aws.context)
    assert newest(aws, closed).state == "different"
    begun = begin(rebuild, aws, closed)
    assert recount.handler(order_event(order_of(begun)), aws.context) == DONE
    assert aws.counts(closed) == (3, 2, 1)
    found = newest(aws, closed)
    assert (found.recount_id, found.certified, found.difference) == (begun.recount_id, True, 0)


def test_replayed_stream_counts_twice_until_a_rebuild(
    aws: Any, rebuild: ModuleType, recount: ModuleType, count: Any, vote: Build, closed: str
) -> None:
    recount.double.logs[closed] = "ab"
    count(vote(closed, "a", 1), vote(closed, "b", 2))
    count(vote(closed, "a", 101), vote(closed, "b", 102), shard="of-another-stream")
    assert aws.counts(closed) == (2, 2, 0)
    recount.handler(order_event(order_of(begin(rebuild, aws, closed))), aws.context)
    assert aws.counts(closed) == (1, 1, 0)
    assert newest(aws, closed).certified


def test_votes_during_a_rebuild_stay_on_their_side_of_the_cutoff(
    aws: Any, rebuild: ModuleType, recount: ModuleType, count: Any, vote: Build, poll_id: str,
    poll_record: Build, load: Callable[[str], ModuleType],
) -> None:  # fmt: skip
    load("track_poll_status").handler({"Records": [poll_record(poll_id, "opened", 2)]}, aws.context)
    count(vote(poll_id, "a", 1))
    begun = begin(rebuild, aws, poll_id)
    before, after = begun.cut - timedelta(milliseconds=1), begun.cut
    # In flight at the cutoff, in any order; the third is delivered again, in another batch.
    late, early, new = (
        vote(poll_id, "b", 3, at=after),
        vote(poll_id, "b", 2, at=before),
        vote(poll_id, "a", 4, at=after),
    )
    count(early, late)
    count(late, new)
    assert aws.counts(poll_id) == (2, 2, 0)
    recount.double.logs[poll_id], recount.double.late = "abBA", after
    recount.double.sealed = False
    recount.handler(order_event(order_of(begun)), aws.context)
    assert aws.counts(poll_id) == (2, 2, 0)
    assert aws.counts(poll_id, "counter#0002#base") == (1, 1, 0)
    assert aws.counts(poll_id, "counter#0002#shard-1") == (1, 1, 0)
    count(new, vote(poll_id, "b", 5, at=after + timedelta(seconds=9)))
    assert aws.counts(poll_id) == (2, 3, 0)


def test_readers_see_the_old_epoch_until_the_base_is_complete(
    aws: Any, rebuild: ModuleType, recount: ModuleType, count: Any, vote: Build, closed: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    recount.double.logs[closed] = "ab"
    count(vote(closed, "a", 1))
    begun = begin(rebuild, aws, closed)
    at(recount, monkeypatch, lambda: begun.read_from - timedelta(seconds=1))
    assert recount.handler(order_event(order_of(begun)), aws.context) == AGAIN
    assert aws.counts(closed) == (1, 0, 0)
    at(recount, monkeypatch, lambda: begun.read_from)
    assert recount.handler(order_event(order_of(begun)), aws.context) == DONE
    assert aws.counts(closed) == (1, 1, 0)


def test_second_request_joins_the_rebuild_and_orders_it_again(
    aws: Any, rebuild: ModuleType, count: Any, vote: Build, closed: str
) -> None:
    count(vote(closed, "a", 1))
    first, second = begin(rebuild, aws, closed), begin(rebuild, aws, closed)
    assert first == second
    waiting = [aws.item(closed, "epochs")["candidate"]["S"], aws.item(closed, "epochs")["active"]["S"]]
    assert waiting == ["0002", "0001"]


def test_concurrent_requests_begin_the_same_rebuild(
    aws: Any, rebuild: ModuleType, atomic_calls: None, count: Any, vote: Build, closed: str
) -> None:
    count(vote(closed, "a", 1))
    with ThreadPoolExecutor(8) as threads:
        begun = list(threads.map(lambda _: rebuild.epochs.begin(closed, datetime.now(UTC)), range(8)))
    assert len(set(begun)) == 1


@pytest.mark.parametrize("pages", [0, 1, 3, 5])
def test_an_interrupted_reading_goes_on_where_it_was(
    aws: Any, rebuild: ModuleType, recount: ModuleType, count: Any, vote: Build, closed: str, pages: int
) -> None:
    recount.double.logs[closed] = "aabab" * 4
    count(vote(closed, "a", 1))
    begun = begin(rebuild, aws, closed)

    def cut_off(_: ReadVoteLog) -> None:
        if len(recount.double.asked) > pages:
            raise RuntimeError("killed")

    recount.double.before_answer = cut_off
    with pytest.raises(RuntimeError, match="killed"):
        recount.handler(order_event(order_of(begun)), aws.context)
    assert aws.counts(closed) == (1, 0, 0)
    recount.double.before_answer = lambda _: None
    assert recount.handler(order_event(order_of(begun)), aws.context) == DONE
    assert aws.counts(closed) == (12, 8, 0)


def test_a_rebuild_that_ended_before_the_totals_is_put_right_by_the_same_order(
    aws: Any, rebuild: ModuleType, recount: ModuleType, count: Any, vote: Build, closed: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    recount.double.logs[closed] = "abb"
    count(vote(closed, "a", 1))
    order = order_of(begin(rebuild, aws, closed))

    def crash(*_: Any) -> None:
        raise RuntimeError("killed before the totals")

    with monkeypatch.context() as patched:
        patched.setattr(type(recount.recounter.results), "rewrite_totals", crash)
        with pytest.raises(RuntimeError):
            recount.handler(order_event(order), aws.context)
    assert aws.counts(closed) == (1, 0, 0)
    assert recount.handler(order_event(order), aws.context) == DONE
    assert aws.counts(closed) == (1, 2, 0)
    assert newest(aws, closed).certified


def test_counters_can_be_rebuilt_again_and_an_old_order_changes_nothing(
    aws: Any, rebuild: ModuleType, recount: ModuleType, count: Any, vote: Build, closed: str,
) -> None:  # fmt: skip
    recount.double.logs[closed] = "ab"
    count(vote(closed, "a", 1))
    first = order_of(begin(rebuild, aws, closed))
    recount.handler(order_event(first), aws.context)
    second = begin(rebuild, aws, closed)
    assert second.epoch == "0003"
    recount.double.logs[closed] = "abb"
    recount.handler(order_event(first), aws.context)
    assert aws.counts(closed) == (1, 1, 0)
    recount.handler(order_event(order_of(second)), aws.context)
    assert aws.counts(closed) == (1, 2, 0)


def test_invalid_record_after_the_cutoff_is_a_difference_until_the_next_rebuild(
    aws: Any, rebuild: ModuleType, recount: ModuleType, count: Any, vote: Build, poison: Build, closed: str
) -> None:
    recount.double.logs[closed] = "ai"
    count(vote(closed, "a", 1), poison(f"{closed}#2", 2))
    begun = begin(rebuild, aws, closed)
    recount.handler(order_event(order_of(begun)), aws.context)
    assert aws.counts(closed) == (1, 0, 1)
    recount.double.logs[closed] = "aii"
    count(poison(f"{closed}#3", 3))
    assert aws.counts(closed) == (1, 0, 1)
    assert len(aws.items(closed, "invalid#")) == 2
    recount.handler(order_event(order_of(begin(rebuild, aws, closed))), aws.context)
    assert aws.counts(closed) == (1, 0, 2)
    assert newest(aws, closed).certified


def test_order_waits_until_no_vote_before_the_cutoff_can_be_written(
    aws: Any, rebuild: ModuleType, count: Any, vote: Build, closed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    count(vote(closed, "a", 1))
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(rebuild.queue._client, "send_message", lambda **call: sent.append(call))
    begun = begin(rebuild, aws, closed)
    assert 88 <= sent[0]["DelaySeconds"] <= 90
    assert ORDERS.validate_json(sent[0]["MessageBody"]) == order_of(begun)
    assert begun.read_from - begun.cut == timedelta(seconds=45)
    assert begun.cut > VOTED_AT


def test_an_unknown_poll_is_not_rebuilt(aws: Any, rebuild: ModuleType) -> None:
    with pytest.raises(Exception, match="no poll of this id is known"):
        begin(rebuild, aws, "0" * 26)
    assert aws.items("0" * 26) == []
