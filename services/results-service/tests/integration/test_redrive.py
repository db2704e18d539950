"""Invalid records become votes after a fix: each once, and never before it counted as invalid."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

import pytest
from contracts.enums import Choice
from contracts.recount import PollRedriven
from results_service.domain.errors import AlreadyRebuilt
from results_service.domain.vote_record import Vote

type Build = Callable[..., dict[str, Any]]


@pytest.fixture
def redrive(aws: Any, load: Callable[[str], ModuleType], atomic_calls: None) -> ModuleType:
    aws.forget("#unreadable")
    return load("redrive")


@pytest.fixture
def count_votes(load: Callable[[str], ModuleType]) -> ModuleType:
    return load("count_votes")


def run(module: ModuleType, aws: Any, poll_id: str) -> PollRedriven:
    return PollRedriven.model_validate(module.handler({"poll_id": poll_id}, aws.context))


def fix(aws: Any, poll_id: str, record: dict[str, Any]) -> None:
    """Replace the stored record by a valid one, as if the parser were fixed."""
    (item,) = [
        item for item in aws.items(poll_id, "invalid#")
        if item["sk"]["S"].endswith(record["dynamodb"]["SequenceNumber"])
    ]  # fmt: skip
    item["record"] = {"S": json.dumps(record)}
    aws.dynamodb.put_item(TableName=aws.table, Item=item)


def test_a_record_that_is_a_vote_after_a_fix_counts_once(
    aws: Any, redrive: ModuleType, count_votes: ModuleType, poison: Build, vote: Build, delivery: Build,
    poll_id: str,
) -> None:  # fmt: skip
    batch = delivery("s-1", vote(poll_id, "a", 1), poison(f"{poll_id}#2", 2), poison(f"{poll_id}#3", 3))
    count_votes.handler(batch, aws.context)
    assert aws.counts(poll_id) == (1, 0, 2)
    fix(aws, poll_id, vote(poll_id, "b", 2))
    first = run(redrive, aws, poll_id)
    assert (first.redriven, first.still_invalid, first.not_counted_yet) == (1, 1, 0)
    assert aws.counts(poll_id) == (1, 1, 1)
    again = run(redrive, aws, poll_id)
    assert (again.redriven, again.still_invalid) == (0, 1)
    count_votes.handler(batch, aws.context)
    assert aws.counts(poll_id) == (1, 1, 1)


def test_two_redrives_at_once_count_each_record_once(
    aws: Any, redrive: ModuleType, count_votes: ModuleType, poison: Build, vote: Build, delivery: Build,
    poll_id: str,
) -> None:  # fmt: skip
    count_votes.handler(delivery("s-1", *(poison(f"{poll_id}#2", n) for n in range(1, 9))), aws.context)
    for number in range(1, 9):
        fix(aws, poll_id, vote(poll_id, "ab"[number % 2], number))
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda _: redrive.redriver.redrive(poll_id), range(2)))
    assert aws.counts(poll_id) == (4, 4, 0)


def test_a_record_whose_batch_is_not_counted_yet_waits(
    aws: Any, redrive: ModuleType, count_votes: ModuleType, poison: Build, vote: Build, delivery: Build,
    poll_id: str, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    batch = delivery("s-1", poison(f"{poll_id}#2", 2))

    def crash(*_: Any) -> None:
        raise RuntimeError("killed before counting")

    with monkeypatch.context() as patched:
        patched.setattr(count_votes.vote_counter.results, "count", crash)
        with pytest.raises(RuntimeError):
            count_votes.handler(batch, aws.context)
    fix(aws, poll_id, vote(poll_id, "a", 2))
    assert run(redrive, aws, poll_id).not_counted_yet == 1
    assert aws.counts(poll_id) is None
    count_votes.handler(batch, aws.context)
    assert aws.counts(poll_id) == (0, 0, 1)
    assert run(redrive, aws, poll_id).redriven == 1
    assert aws.counts(poll_id) == (1, 0, 0)


def test_a_crash_before_the_totals_is_put_right_by_the_next_run(
    aws: Any, redrive: ModuleType, count_votes: ModuleType, poison: Build, vote: Build, delivery: Build,
    poll_id: str, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    count_votes.handler(delivery("s-1", poison(f"{poll_id}#2", 2)), aws.context)
    fix(aws, poll_id, vote(poll_id, "a", 2))

    def crash(*_: Any) -> None:
        raise RuntimeError("killed before the totals")

    with monkeypatch.context() as patched:
        patched.setattr(redrive.redriver.results, "rewrite_totals", crash)
        with pytest.raises(RuntimeError):
            run(redrive, aws, poll_id)
    assert aws.counts(poll_id) == (0, 0, 1)
    assert run(redrive, aws, poll_id).redriven == 0
    assert aws.counts(poll_id) == (1, 0, 0)


@pytest.mark.parametrize("other", ["poll", "number"])
def test_record_of_another_poll_or_number_stays_pending(
    aws: Any, redrive: ModuleType, count_votes: ModuleType, poison: Build, vote: Build, delivery: Build,
    poll_id: str, other: str,
) -> None:  # fmt: skip
    count_votes.handler(delivery("s-1", poison(f"{poll_id}#2", 2)), aws.context)
    wrong = vote("0" * 26, "a", 2) if other == "poll" else vote(poll_id, "a", 2)
    fix(aws, poll_id, wrong)
    if other == "number":
        wrong["dynamodb"]["SequenceNumber"] = "9"
        (item,) = aws.items(poll_id, "invalid#")
        aws.dynamodb.put_item(TableName=aws.table, Item={**item, "record": {"S": json.dumps(wrong)}})
    assert run(redrive, aws, poll_id).still_invalid == 1
    assert aws.counts(poll_id) == (0, 0, 1)


@pytest.mark.covers("T20")
def test_unreadable_record_counts_for_its_poll_after_a_fix(
    aws: Any, redrive: ModuleType, count_votes: ModuleType, poison: Build, vote: Build, delivery: Build,
    poll_id: str,
) -> None:  # fmt: skip
    batch = delivery("s-1", vote(poll_id, "a", 1), poison("somewhere", 2), poison("elsewhere", 3))
    count_votes.handler(batch, aws.context)
    assert (aws.counts(poll_id), aws.counts("#unreadable")) == ((1, 0, 0), (0, 0, 2))
    fix(aws, "#unreadable", vote(poll_id, "b", 2))
    done = run(redrive, aws, poll_id)
    assert (done.redriven, done.still_invalid) == (1, 0)
    assert aws.counts(poll_id) == (1, 1, 0)
    assert aws.item("#unreadable", "counter#0001#redriven")["i"] == {"N": "-1"}
    assert run(redrive, aws, poll_id).redriven == 0
    count_votes.handler(batch, aws.context)
    assert (aws.counts(poll_id), aws.counts("#unreadable")) == ((1, 1, 0), (0, 0, 1))


def test_invalid_poll_event_is_applied_after_a_fix(
    aws: Any, redrive: ModuleType, load: Callable[[str], ModuleType], poll_record: Build, poll_id: str
) -> None:
    broken = poll_record(poll_id, "closed", 3)
    broken["dynamodb"]["NewImage"]["event"]["M"]["status"] = {"S": "shut"}
    load("track_poll_status").handler({"Records": [broken]}, aws.context)
    assert aws.item(poll_id, "totals") is None
    assert run(redrive, aws, poll_id).still_invalid == 1
    fix(aws, poll_id, poll_record(poll_id, "closed", 3))
    assert run(redrive, aws, poll_id).redriven == 1
    assert aws.item(poll_id, "totals")["poll"]["M"]["status"] == {"S": "closed"}
    assert run(redrive, aws, poll_id).redriven == 0


def test_invalid_deletion_removes_the_texts_of_the_certificate_after_a_fix(
    aws: Any, redrive: ModuleType, load: Callable[[str], ModuleType], poll_record: Build, poll_id: str
) -> None:
    track = load("track_poll_status").handler
    track({"Records": [poll_record(poll_id, "closed", 3)]}, aws.context)
    assert aws.item(poll_id, "texts")["texts"]["M"]["question"] == {"S": "This or that?"}
    broken = poll_record(poll_id, "deleted", 4)
    broken["dynamodb"]["NewImage"]["event"]["M"]["status"] = {"S": "shut"}
    track({"Records": [broken]}, aws.context)
    fix(aws, poll_id, poll_record(poll_id, "deleted", 4))
    assert run(redrive, aws, poll_id).redriven == 1
    assert "texts" not in aws.item(poll_id, "texts")


def test_redrive_of_a_rebuilt_poll_is_rejected(
    aws: Any, redrive: ModuleType, load: Callable[[str], ModuleType], count_votes: ModuleType,
    poison: Build, vote: Build, delivery: Build, poll_id: str,
) -> None:  # fmt: skip
    count_votes.handler(delivery("s-1", poison(f"{poll_id}#2", 2)), aws.context)
    fix(aws, poll_id, vote(poll_id, "a", 2))
    (record,) = redrive.redriver.records.pending(poll_id)
    load("rebuild").handler({"poll_id": poll_id}, aws.context)
    with pytest.raises(AlreadyRebuilt, match="rebuild them again"):
        run(redrive, aws, poll_id)
    # A redrive that had parsed the record before the rebuild began.
    a_vote = Vote(poll_id, "2", Choice.A, datetime.now(UTC))
    with pytest.raises(AlreadyRebuilt):
        redrive.redriver.records.count(poll_id, record, a_vote, datetime.now(UTC))
    assert aws.item(poll_id, "counter#0001#redriven") is None


def test_a_poll_without_invalid_records_and_an_unknown_one_are_left_as_they_are(
    aws: Any, redrive: ModuleType
) -> None:
    assert run(redrive, aws, "0" * 26).redriven == 0
    assert aws.items("0" * 26) == []
