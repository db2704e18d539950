"""Recounts through the handler, on a real table: exact, resumable, and never a wrong certificate."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any

import pytest
from contracts.recount import Certificate, RecountState
from contracts.vote_log import ReadVoteLog
from results_service.domain.recount import RecountOrder, order_at_close, order_now

from .vote_logs import VoteLogDouble, emitted, order_event

type Build = Callable[..., dict[str, Any]]
CLOSES = datetime(2026, 11, 23, 19, tzinfo=UTC)
DONE: dict[str, list[Any]] = {"batchItemFailures": []}
AGAIN = {"batchItemFailures": [{"itemIdentifier": "message-1"}]}
LOG = "aabab" * 6 + "i"


@pytest.fixture
def recount(
    load: Callable[[str], ModuleType], atomic_calls: None, monkeypatch: pytest.MonkeyPatch
) -> ModuleType:
    module = load("recount")
    vote_log = VoteLogDouble()
    monkeypatch.setattr(module.log_counter.vote_log, "_client", vote_log)
    replaced(module, monkeypatch, sleep=lambda _: None, clock=lambda: CLOSES + timedelta(minutes=1))
    module.double = vote_log  # type: ignore[attr-defined]
    return module


def replaced(module: ModuleType, monkeypatch: pytest.MonkeyPatch, **changes: Any) -> None:
    recounter = replace(module.counter_rebuilder.recounter, **changes)
    monkeypatch.setattr(module, "counter_rebuilder", replace(module.counter_rebuilder, recounter=recounter))


@pytest.fixture
def counted(
    aws: Any, load: Callable[[str], ModuleType], recount: ModuleType, poll_record: Build, vote: Build,
    poison: Build, delivery: Build, poll_id: str,
) -> str:  # fmt: skip
    """A closed poll whose log was counted by the real handlers."""
    recount.double.logs[poll_id] = LOG
    records = [
        poison(f"{poll_id}#1", n) if kind == "i" else vote(poll_id, kind, n) for n, kind in enumerate(LOG, 1)
    ]
    load("count_votes").handler(delivery("shard-1", *records), aws.context)
    load("track_poll_status").handler({"Records": [poll_record(poll_id, "closed", 3)]}, aws.context)
    return poll_id


def carry_out(module: ModuleType, aws: Any, order: RecountOrder) -> dict[str, Any]:
    answer: dict[str, Any] = module.handler(order_event(order), aws.context)
    return answer


def certificates(aws: Any, poll_id: str) -> list[Certificate]:
    items = aws.items(poll_id, "certificate#")
    return [Certificate.model_validate_json(item["body"]["S"]) for item in items]


def add(aws: Any, poll_id: str, sort_key: str, option: str, votes: int) -> None:
    aws.dynamodb.update_item(
        TableName=aws.table,
        Key={"pk": {"S": poll_id}, "sk": {"S": sort_key}},
        UpdateExpression="ADD #o :n",
        ExpressionAttributeNames={"#o": option},
        ExpressionAttributeValues={":n": {"N": str(votes)}},
    )


def at_close(poll_id: str) -> RecountOrder:
    return order_at_close(poll_id, CLOSES)


def test_a_closed_poll_whose_counters_are_right_is_certified(
    aws: Any, recount: ModuleType, counted: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert carry_out(recount, aws, at_close(counted)) == DONE
    (found,) = certificates(aws, counted)
    assert (found.state, found.certified, found.difference) == (RecountState.CERTIFIED, True, 0)
    assert found.log == found.counters == found.shown
    assert (found.log.a, found.log.b, found.log.invalid) == (18, 12, 1)
    assert emitted(capsys.readouterr().out, "RecountDifference") == [0]


@pytest.mark.covers("R9")
@pytest.mark.parametrize("sort_key", ["counter#0001#shard-1", "totals"])
@pytest.mark.parametrize("option", ["a", "b", "i"])
def test_a_planted_vote_too_many_is_found(
    aws: Any,
    recount: ModuleType,
    counted: str,
    capsys: pytest.CaptureFixture[str],
    sort_key: str,
    option: str,
) -> None:
    add(aws, counted, sort_key, option, 1)
    assert carry_out(recount, aws, at_close(counted)) == DONE
    (found,) = certificates(aws, counted)
    assert (found.state, found.certified, found.difference) == (RecountState.DIFFERENT, False, 1)
    assert emitted(capsys.readouterr().out, "RecountDifference") == [1]


@pytest.mark.covers("T3", "R9")
def test_a_planted_loss_of_one_vote_is_found_once_counting_cannot_be_late_any_more(
    aws: Any, recount: ModuleType, counted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(aws, counted, "counter#0001#shard-1", "a", -1)
    assert carry_out(recount, aws, at_close(counted)) == AGAIN
    (early,) = certificates(aws, counted)
    assert (early.state, early.certified, early.difference) == (RecountState.PROVISIONAL, False, 1)
    replaced(recount, monkeypatch, clock=lambda: CLOSES + timedelta(minutes=15))
    assert carry_out(recount, aws, at_close(counted)) == DONE
    (found,) = certificates(aws, counted)
    assert (found.state, found.certified, found.difference) == (RecountState.DIFFERENT, False, 1)


def test_counting_that_catches_up_is_certified_by_the_same_order(
    aws: Any,
    recount: ModuleType,
    counted: str,
    vote: Build,
    delivery: Build,
    load: Callable[[str], ModuleType],
) -> None:
    recount.double.logs[counted] = LOG + "b"
    assert carry_out(recount, aws, at_close(counted)) == AGAIN
    load("count_votes").handler(delivery("shard-1", vote(counted, "b", 99)), aws.context)
    assert carry_out(recount, aws, at_close(counted)) == DONE
    (found,) = certificates(aws, counted)
    assert (found.certified, found.log.b) == (True, 13)


def test_an_open_poll_gets_a_provisional_answer_and_never_a_certificate(
    aws: Any, recount: ModuleType, counted: str
) -> None:
    recount.double.sealed = False
    assert carry_out(recount, aws, order_now(counted, CLOSES, "x")) == DONE
    (found,) = certificates(aws, counted)
    assert (found.state, found.certified, found.difference) == (RecountState.PROVISIONAL, False, 0)


def test_a_log_that_was_sealed_only_during_the_reading_is_not_certified(
    aws: Any, recount: ModuleType, counted: str
) -> None:
    def seal_late(_: ReadVoteLog) -> None:
        recount.double.sealed = len(recount.double.asked) > 5

    recount.double.before_answer = seal_late
    assert carry_out(recount, aws, order_now(counted, CLOSES, "x")) == DONE
    assert [found.certified for found in certificates(aws, counted)] == [False]


@pytest.mark.parametrize("closes_at", [None, "2026-11-23T18:59:59.000Z"])
def test_a_copy_that_knows_another_time_of_closing_seals_nothing(
    aws: Any, recount: ModuleType, counted: str, closes_at: str | None
) -> None:
    recount.double.closes_at = closes_at
    assert carry_out(recount, aws, at_close(counted)) == AGAIN
    assert carry_out(recount, aws, order_now(counted, CLOSES, "x")) == DONE
    assert [found.certified for found in certificates(aws, counted)] == [False]


def test_the_order_at_close_waits_until_the_log_is_sealed(
    aws: Any, recount: ModuleType, counted: str
) -> None:
    recount.double.sealed = False
    assert carry_out(recount, aws, at_close(counted)) == AGAIN
    assert certificates(aws, counted) == []
    recount.double.sealed = True
    assert carry_out(recount, aws, at_close(counted)) == DONE
    assert [found.certified for found in certificates(aws, counted)] == [True]


@pytest.mark.parametrize("pages", range(1, 13, 3))
def test_an_interrupted_recount_goes_on_where_it_was(
    aws: Any, recount: ModuleType, counted: str, pages: int
) -> None:
    def cut_off(_: ReadVoteLog) -> None:
        if len(recount.double.asked) > pages:
            raise RuntimeError("killed")

    recount.double.before_answer = cut_off
    with pytest.raises(RuntimeError, match="killed"):
        carry_out(recount, aws, at_close(counted))
    assert certificates(aws, counted) == []
    read, recount.double.before_answer = pages, lambda _: None
    assert carry_out(recount, aws, at_close(counted)) == DONE
    (found,) = certificates(aws, counted)
    assert found.certified
    # 12 pages, the first look, and at most one page of each reader that was interrupted.
    assert len(recount.double.asked) <= 12 + 1 + 8 + 1
    assert read <= len(recount.double.asked)


def test_a_recount_without_time_reads_nothing_twice_and_comes_again(
    aws: Any, recount: ModuleType, counted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def has_time() -> int:
        return 60_000 if len(recount.double.asked) < 6 else 0

    context = type("Context", (type(aws.context),), {"get_remaining_time_in_millis": lambda _: has_time()})()
    assert recount.handler(order_event(at_close(counted)), context) == AGAIN
    assert certificates(aws, counted) == []
    assert recount.handler(order_event(at_close(counted)), aws.context) == DONE
    assert [found.certified for found in certificates(aws, counted)] == [True]
    places = [(asked.bucket, asked.cursor) for asked in recount.double.asked[1:]]
    assert len(places) == len(set(places))


@pytest.mark.parametrize("orders", ["same", "own"])
def test_concurrent_recounts_return_the_same_result(
    aws: Any, recount: ModuleType, counted: str, orders: str
) -> None:
    second = at_close(counted) if orders == "same" else order_now(counted, CLOSES, "x")
    with ThreadPoolExecutor(2) as threads:
        answers = threads.map(
            lambda order: recount.counter_rebuilder.recounter.carry_out(order, lambda: True),
            [at_close(counted), second],
        )
        assert [(found.certified, found.log.a, found.log.b) for found in answers] == [(True, 18, 12)] * 2
    assert len(certificates(aws, counted)) == (1 if orders == "same" else 2)


def test_a_final_certificate_is_never_replaced(aws: Any, recount: ModuleType, counted: str) -> None:
    carry_out(recount, aws, at_close(counted))
    (before,) = certificates(aws, counted)
    add(aws, counted, "totals", "a", 1)
    assert carry_out(recount, aws, at_close(counted)) == DONE
    assert certificates(aws, counted) == [before]
    assert carry_out(recount, aws, order_now(counted, CLOSES + timedelta(minutes=2), "x")) == DONE
    assert [found.state for found in certificates(aws, counted)] == ["certified", "different"]


def test_a_poll_that_vote_service_does_not_know_yet_comes_again(
    aws: Any, recount: ModuleType, counted: str
) -> None:
    recount.double.logs.clear()
    assert carry_out(recount, aws, at_close(counted)) == AGAIN
    assert certificates(aws, counted) == []


def test_an_unknown_poll_gets_no_certificate(aws: Any, recount: ModuleType) -> None:
    assert carry_out(recount, aws, at_close("0" * 26)) == AGAIN
    assert aws.items("0" * 26) == []


@pytest.mark.parametrize("body", ["", "{}", '{"poll_id": "short", "recount_id": "1"}'])
def test_invalid_order_raises_and_ends_in_the_dead_letter_queue(
    aws: Any, recount: ModuleType, body: str
) -> None:
    with pytest.raises(ValueError, match="validation error"):
        recount.handler(order_event(body), aws.context)


def test_recount_publishes_no_event(aws: Any, recount: ModuleType, counted: str) -> None:
    carry_out(recount, aws, at_close(counted))
    streamed = [item["sk"]["S"] for item in aws.items(counted) if "event" in item]
    assert streamed == ["totals"]
