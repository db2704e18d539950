import json
from collections.abc import Callable
from types import ModuleType
from typing import Any, Protocol

import pytest
from results_service.domain.errors import StoreUnavailable
from results_service.domain.vote_record import UNREADABLE

type Build = Callable[..., dict[str, Any]]
DONE: dict[str, list[Any]] = {"batchItemFailures": []}
OPENS, CLOSES = "2026-11-23T18:00:00.000Z", "2026-11-23T19:00:00.000Z"


class Aws(Protocol):
    context: Any
    item: Callable[..., dict[str, Any] | None]
    counts: Callable[..., tuple[int, int, int] | None]
    messages: Callable[[], list[str]]


@pytest.fixture(scope="module")
def track_poll_status(load: Callable[[str], ModuleType]) -> ModuleType:
    return load("track_poll_status")


@pytest.fixture
def track(aws: Aws, track_poll_status: ModuleType, poll_record: Build, poll_id: str) -> Callable[..., Any]:
    """Handle the record of one change of the poll."""
    return lambda change, revision: track_poll_status.handler(
        {"Records": [poll_record(poll_id, change, revision)]}, aws.context
    )


@pytest.fixture
def two_votes(
    aws: Aws, load: Callable[[str], ModuleType], vote: Build, delivery: Build, poll_id: str
) -> None:
    """Count one vote for each option."""
    load("count_votes").handler(delivery("s", vote(poll_id, "a", 1), vote(poll_id, "b", 2)), aws.context)


def last_event(aws: Aws, poll_id: str) -> dict[str, str]:
    item = aws.item(poll_id, "totals")
    assert item is not None
    return {name: next(iter(value.values())) for name, value in item["event"]["M"].items()}


def test_draft_is_stored_without_publishing(aws: Aws, track: Callable[..., Any], poll_id: str) -> None:
    assert track("created", 1) == DONE
    item = aws.item(poll_id, "totals")
    assert item is not None
    assert item["poll"]["M"]["status"] == {"S": "draft"}
    assert "event" not in item


def test_each_status_event_is_published(aws: Aws, track: Callable[..., Any], poll_id: str) -> None:
    versions = []
    for revision, (change, status, closes_at) in enumerate(
        [("opened", "open", None), ("closing", "open", CLOSES), ("closed", "closed", CLOSES)], start=2
    ):
        track(change, revision)
        event = last_event(aws, poll_id)
        assert (event["status"], event.get("closes_at"), event["opens_at"]) == (status, closes_at, OPENS)
        versions.append(int(event["tally_version"]))
    assert versions == sorted(set(versions))


@pytest.mark.parametrize("late", [2, 3])
def test_an_older_or_equal_revision_changes_nothing_but_the_version(
    aws: Aws, track: Callable[..., Any], poll_id: str, late: int
) -> None:
    track("closed", 3)
    before = last_event(aws, poll_id)
    track("opened", late)
    after = last_event(aws, poll_id)
    assert after["status"] == "closed"
    assert int(after["tally_version"]) > int(before["tally_version"])


@pytest.mark.usefixtures("two_votes")
def test_an_archived_poll_stays_closed_and_is_not_ordered_to_be_recounted_again(
    aws: Aws,
    track_poll_status: ModuleType,
    track: Callable[..., Any],
    poll_id: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    track("closed", 3)
    ordered: list[Any] = []
    monkeypatch.setattr(track_poll_status.sqs, "send_message", lambda **message: ordered.append(message))
    before = last_event(aws, poll_id)
    track("archived", 4)
    after = last_event(aws, poll_id)
    assert after == before | {name: after[name] for name in ("tally_version", "updated_at")}
    assert (after["status"], aws.counts(poll_id)) == ("closed", (1, 1, 0))
    assert aws.item(poll_id, "totals")["poll"]["M"]["revision"] == {"N": "4"}  # type: ignore[index]
    assert ordered == []


@pytest.mark.usefixtures("two_votes")
def test_closing_publishes_the_counts_and_deletion_only_keeps_them(
    aws: Aws, track: Callable[..., Any], poll_id: str
) -> None:
    for revision, (change, published) in enumerate(
        [("closed", "closed 1 1"), ("archived", "closed 1 1"), ("deleted", "draft 0 0")], start=3
    ):
        track(change, revision)
        event = last_event(aws, poll_id)
        assert f"{event['status']} {event['a']} {event['b']}" == published
        assert aws.counts(poll_id) == (1, 1, 0)


def test_a_record_that_is_no_poll_event_is_kept_reported_and_holds_up_nothing(
    aws: Aws, track_poll_status: ModuleType, poll_record: Build, poll_id: str
) -> None:
    bad = poll_record(poll_id, "opened", 2)
    bad["dynamodb"]["NewImage"]["event"]["M"]["status"] = {"S": "ajar"}
    aws.messages()
    answer = track_poll_status.handler({"Records": [bad, poll_record(poll_id, "closed", 3)]}, aws.context)
    assert answer == DONE
    kept = aws.item(poll_id, f"invalid#polls#{2:040d}")
    assert kept is not None
    assert json.loads(kept["record"]["S"]) == bad
    assert json.loads(aws.messages()[0])["kind"] == "PoisonRecord"
    assert last_event(aws, poll_id)["status"] == "closed"
    assert last_event(aws, poll_id)["invalid"] == "0"


def test_invalid_record_without_poll_is_stored_as_unreadable(aws: Aws, track_poll_status: ModuleType) -> None:
    bad = {"eventName": "INSERT", "dynamodb": {"SequenceNumber": "77", "Keys": {"poll_id": {"S": "#x"}}}}
    assert track_poll_status.handler({"Records": [bad]}, aws.context) == DONE
    assert aws.item(UNREADABLE, f"invalid#polls#{77:040d}") is not None


def test_failing_table_makes_the_stream_retry_the_whole_batch(
    track_poll_status: ModuleType, track: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(track_poll_status.tracker.updates.results, "_table", "no-such-table")
    with pytest.raises(StoreUnavailable):
        track("opened", 2)
