import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from types import ModuleType
from typing import Any, Protocol

import pytest
from botocore.exceptions import ReadTimeoutError
from contracts.enums import PollStatus
from contracts.ids import new_poll_id
from contracts.stream import read_record
from contracts.tally import TALLY_EVENTS
from results_service.domain.errors import BatchFailed, MissingShardId
from results_service.domain.vote_record import UNREADABLE

type Build = Callable[..., dict[str, Any]]
type Failing = Callable[..., AbstractContextManager[None]]
SHARD = "shardId-00000001414576573621-f55eea83"
DONE: dict[str, Any] = {"state": {}, "batchItemFailures": []}


class Aws(Protocol):
    dynamodb: Any
    streams: Any
    table: str
    context: Any
    item: Callable[..., dict[str, Any] | None]
    items: Callable[..., list[dict[str, Any]]]
    counts: Callable[..., tuple[int, int, int] | None]
    messages: Callable[[], list[str]]


@pytest.fixture(scope="module")
def count_votes(load: Callable[[str], ModuleType]) -> ModuleType:
    return load("count_votes")


@pytest.fixture(scope="module")
def track_poll_status(load: Callable[[str], ModuleType]) -> ModuleType:
    return load("track_poll_status")


@pytest.fixture
def failing(count_votes: ModuleType) -> Callable[..., AbstractContextManager[None]]:
    """Make the calls of one DynamoDB operation for one poll fail without a response."""
    events = count_votes.vote_counter.results._client.meta.events

    @contextmanager
    def fail(operation: str, poll_id: str) -> Iterator[None]:
        def hook(params: dict[str, Any], **_: Any) -> None:
            if poll_id.encode() in params["body"]:
                raise ReadTimeoutError(endpoint_url="dynamodb")

        events.register(f"before-call.dynamodb.{operation}", hook)
        yield
        events.unregister(f"before-call.dynamodb.{operation}", hook)

    return fail


def test_votes_are_counted_and_their_totals_written(
    aws: Aws, count_votes: ModuleType, vote: Build, delivery: Build, poll_id: str
) -> None:
    event = delivery(SHARD, vote(poll_id, "a", 1), vote(poll_id, "b", 2), vote(poll_id, "a", 3))
    assert count_votes.handler(event, aws.context) == DONE
    assert aws.counts(poll_id) == (2, 1, 0)
    shard = aws.item(poll_id, f"counter#0001#{SHARD}")
    assert shard is not None
    assert shard["hwm"] == {"S": f"{3:040d}"}


@pytest.mark.covers("R4")
def test_a_batch_delivered_again_changes_nothing_but_the_totals_version(
    aws: Aws, count_votes: ModuleType, vote: Build, delivery: Build, poll_id: str
) -> None:
    event = delivery(SHARD, vote(poll_id, "a", 1))
    count_votes.handler(event, aws.context)
    first = aws.item(poll_id, "totals")
    count_votes.handler(event, aws.context)
    second = aws.item(poll_id, "totals")
    assert first is not None
    assert second is not None
    assert aws.counts(poll_id) == (1, 0, 0)
    assert int(second["tally_version"]["N"]) > int(first["tally_version"]["N"])


def test_shards_and_polls_are_counted_apart_and_summed_per_poll(
    aws: Aws, count_votes: ModuleType, vote: Build, delivery: Build, poll_id: str
) -> None:
    other = new_poll_id()
    count_votes.handler(delivery("left", vote(poll_id, "a", 5), vote(other, "b", 6)), aws.context)
    count_votes.handler(delivery("right", vote(poll_id, "b", 2)), aws.context)
    assert aws.counts(poll_id) == (1, 1, 0)
    assert aws.counts(other) == (0, 1, 0)
    assert aws.counts(poll_id, "counter#0001#right") == (0, 1, 0)


def test_votes_of_an_unknown_poll_count_without_publishing(
    aws: Aws,
    count_votes: ModuleType,
    track_poll_status: ModuleType,
    vote: Build,
    delivery: Build,
    poll_record: Build,
    poll_id: str,
) -> None:
    count_votes.handler(delivery(SHARD, vote(poll_id, "a", 1)), aws.context)
    unknown = aws.item(poll_id, "totals")
    assert unknown is not None
    assert "event" not in unknown
    track_poll_status.handler({"Records": [poll_record(poll_id, "opened", 2)]}, aws.context)
    tally = last_tally(aws, poll_id)
    assert (tally.a, tally.b, tally.status) == (1, 0, PollStatus.OPEN)


def last_tally(aws: Aws, poll_id: str) -> Any:
    """Return the newest `TallyChanged` of the poll from GameResults' stream, parsed as a consumer does."""
    (stream,) = aws.streams.list_streams(TableName=aws.table)["Streams"]
    described = aws.streams.describe_stream(StreamArn=stream["StreamArn"])["StreamDescription"]
    iterator = aws.streams.get_shard_iterator(
        StreamArn=stream["StreamArn"],
        ShardId=described["Shards"][0]["ShardId"],
        ShardIteratorType="TRIM_HORIZON",
    )["ShardIterator"]
    records = aws.streams.get_records(ShardIterator=iterator)["Records"]
    mine = [r for r in records if r["dynamodb"]["Keys"] == {"pk": {"S": poll_id}, "sk": {"S": "totals"}}]
    return read_record(mine[-1]).event(TALLY_EVENTS)


@pytest.mark.covers("T20")
def test_invalid_record_is_stored_whole_counted_and_reported(
    aws: Aws, count_votes: ModuleType, vote: Build, poison: Build, delivery: Build, poll_id: str
) -> None:
    bad = poison(f"{poll_id}#4", 2)
    event = delivery(SHARD, vote(poll_id, "a", 1), bad, vote(poll_id, "b", 3))
    aws.messages()
    assert count_votes.handler(event, aws.context) == DONE
    assert aws.counts(poll_id) == (1, 1, 1)
    kept = aws.item(poll_id, f"invalid#{SHARD}#{2:040d}")
    assert kept is not None
    assert kept["status"] == {"S": "pending"}
    assert json.loads(kept["record"]["S"]) == bad
    (message,) = map(json.loads, aws.messages())
    assert (message["kind"], message["poll_id"], json.loads(message["record"])) == (
        "PoisonRecord",
        poll_id,
        bad,
    )


def test_redelivered_invalid_record_counts_once_and_keeps_its_redrive_status(
    aws: Aws, count_votes: ModuleType, poison: Build, delivery: Build, poll_id: str
) -> None:
    event = delivery(SHARD, poison(f"{poll_id}#4", 2))
    count_votes.handler(event, aws.context)
    aws.dynamodb.update_item(
        TableName=aws.table,
        Key={"pk": {"S": poll_id}, "sk": {"S": f"invalid#{SHARD}#{2:040d}"}},
        UpdateExpression="SET #s = :done",
        ExpressionAttributeNames={"#s": "status"},
        ExpressionAttributeValues={":done": {"S": "done"}},
    )
    count_votes.handler(event, aws.context)
    kept = aws.item(poll_id, f"invalid#{SHARD}#{2:040d}")
    assert kept is not None
    assert kept["status"] == {"S": "done"}
    assert aws.counts(poll_id) == (0, 0, 1)


def test_invalid_record_without_poll_is_stored_and_counted_as_unreadable(
    aws: Aws, count_votes: ModuleType, poison: Build, delivery: Build
) -> None:
    assert count_votes.handler(delivery("lone", poison("nonsense", 2)), aws.context) == DONE
    assert aws.item(UNREADABLE, f"invalid#lone#{2:040d}") is not None
    assert aws.counts(UNREADABLE, "counter#0001#lone") == (0, 0, 1)


def test_a_record_without_a_sequence_number_is_kept_and_holds_up_nothing(
    aws: Aws, count_votes: ModuleType, vote: Build, delivery: Build, poll_id: str
) -> None:
    event = delivery("numberless", {"nothing": "of use"}, vote(poll_id, "a", 1))
    assert count_votes.handler(event, aws.context) == DONE
    (kept,) = aws.items(UNREADABLE, "invalid#numberless#unnumbered-")
    assert json.loads(kept["record"]["S"]) == {"nothing": "of use"}
    assert aws.counts(poll_id) == (1, 0, 0)


def test_failing_dead_letter_queue_loses_no_invalid_record_and_stops_no_count(
    aws: Aws,
    count_votes: ModuleType,
    vote: Build,
    poison: Build,
    delivery: Build,
    poll_id: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(
        count_votes.vote_counter.dead_letters, "_queue_url", "https://sqs.example/no-such-queue"
    )
    event = delivery(SHARD, poison(f"{poll_id}#4", 1), vote(poll_id, "a", 2))
    assert count_votes.handler(event, aws.context) == DONE
    kept = aws.item(poll_id, f"invalid#{SHARD}#{1:040d}")
    assert kept is not None
    assert kept["status"] == {"S": "pending"}
    assert aws.counts(poll_id) == (1, 0, 1)
    assert metric("PoisonRecord", capsys)["function_name"] == aws.context.function_name


@pytest.mark.covers("T24")
@pytest.mark.parametrize("event_name", ["MODIFY", "REMOVE"])
def test_changed_and_removed_votes_count_nothing_and_are_reported(
    aws: Aws,
    count_votes: ModuleType,
    vote: Build,
    delivery: Build,
    poll_id: str,
    event_name: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    count_votes.handler(delivery(SHARD, vote(poll_id, "a", 1)), aws.context)
    aws.messages()
    assert count_votes.handler(delivery(SHARD, vote(poll_id, "a", 2, event_name)), aws.context) == DONE
    assert aws.counts(poll_id) == (1, 0, 0)
    (message,) = map(json.loads, aws.messages())
    assert (message["kind"], message["reason"].split()[0]) == ("VotesLogTampered", event_name)
    assert metric("VotesLogTampered", capsys)["service"] == "results-service"


@pytest.mark.parametrize("fails", [False, True])
def test_time_from_vote_to_count_is_emitted_also_when_counting_fails(
    aws: Aws,
    count_votes: ModuleType,
    vote: Build,
    delivery: Build,
    poll_id: str,
    failing: Failing,
    capsys: pytest.CaptureFixture[str],
    *,
    fails: bool,
) -> None:
    with failing("Query", poll_id) if fails else nullcontext():
        count_votes.handler(delivery(SHARD, vote(poll_id, "a", 1)), aws.context)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "VoteToCount" in line]
    (found,) = [line for line in lines if "_aws" in line]
    assert found["_aws"]["CloudWatchMetrics"][0]["Dimensions"] == [["service"]]
    (age,) = found["VoteToCount"]
    assert age > 0


def metric(name: str, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """Return the embedded metrics from the log, as CloudWatch does."""
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if name in line]
    (found,) = [line for line in lines if "_aws" in line and name in line]
    assert set(found["_aws"]["CloudWatchMetrics"][0]["Dimensions"][0]) == {"service", "function_name"}
    assert found["_aws"]["CloudWatchMetrics"][0]["Namespace"] == "ThisOrThat"
    return dict(found)


@pytest.mark.parametrize("operation", ["GetItem", "UpdateItem", "Query", "PutItem"])
def test_a_poll_that_fails_is_reported_from_its_lowest_record_and_holds_up_no_other(
    aws: Aws,
    count_votes: ModuleType,
    vote: Build,
    delivery: Build,
    poll_id: str,
    failing: Failing,
    operation: str,
) -> None:
    other = new_poll_id()
    records = vote(other, "b", 1), vote(poll_id, "a", 2), vote(other, "b", 3), vote(poll_id, "a", 4)
    with failing(operation, poll_id):
        answer = count_votes.handler(delivery(SHARD, *records), aws.context)
    assert answer == {"state": {}, "batchItemFailures": [{"itemIdentifier": f"{2:021d}"}]}
    assert aws.counts(other) == (0, 2, 0)


def test_a_failed_poll_is_right_once_its_records_come_again(
    aws: Aws, count_votes: ModuleType, vote: Build, delivery: Build, poll_id: str, failing: Failing
) -> None:
    event = delivery(SHARD, vote(poll_id, "a", 1))
    with failing("PutItem", poll_id):
        count_votes.handler(event, aws.context)
    assert aws.counts(poll_id, f"counter#0001#{SHARD}") == (1, 0, 0)
    assert aws.counts(poll_id) is None
    assert count_votes.handler(event, aws.context) == DONE
    assert aws.counts(poll_id) == (1, 0, 0)


def test_count_with_lost_response_is_not_repeated(
    aws: Aws, count_votes: ModuleType, vote: Build, delivery: Build, poll_id: str
) -> None:
    events = count_votes.vote_counter.results._client.meta.events
    lost: list[str] = []

    def send_again_once(**_: Any) -> int | None:
        lost.append("answer")
        return 0 if len(lost) == 1 else None

    events.register_first("needs-retry.dynamodb.UpdateItem", send_again_once)
    try:
        answer = count_votes.handler(delivery(SHARD, vote(poll_id, "a", 1)), aws.context)
    finally:
        events.unregister("needs-retry.dynamodb.UpdateItem", send_again_once)
    assert len(lost) == 2
    assert answer == DONE
    assert aws.counts(poll_id) == (1, 0, 0)


@pytest.mark.filterwarnings("ignore:No application metrics")
def test_records_without_a_shard_are_refused_and_nothing_is_written(
    aws: Aws, count_votes: ModuleType, vote: Build, poll_id: str
) -> None:
    with pytest.raises(MissingShardId):
        count_votes.handler({"Records": [vote(poll_id, "a", 1)]}, aws.context)
    assert aws.items(poll_id, "counter#") == []
    assert aws.item(poll_id, "totals") is None


def test_the_empty_event_at_the_end_of_a_window_is_answered_and_touches_nothing(
    aws: Aws, count_votes: ModuleType, vote: Build, delivery: Build, poll_id: str, failing: Failing
) -> None:
    final = {"Records": [], "shardId": SHARD, "state": {}, "isFinalInvokeForWindow": True}
    with failing("*", ""):
        assert count_votes.handler(final, aws.context) == DONE
        assert count_votes.handler(delivery(SHARD, vote(poll_id, "a", 1)), aws.context) != DONE


@pytest.fixture
def of_one_shard(load: Callable[[str], ModuleType]) -> Iterator[ModuleType]:
    """The function configured for a source with a single shard."""
    with pytest.MonkeyPatch.context() as variables:
        variables.setenv("SINGLE_STREAM_SHARD", "emulator-shard")
        yield load("count_votes")
    load("count_votes")


def test_a_source_of_one_shard_is_counted_by_the_setting_and_fails_as_a_whole(
    aws: Aws, of_one_shard: ModuleType, vote: Build, poll_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = {"Records": [vote(poll_id, "a", 1)]}
    assert of_one_shard.handler(event, aws.context) == DONE
    assert aws.counts(poll_id, "counter#0001#emulator-shard") == (1, 0, 0)
    monkeypatch.setattr(of_one_shard.vote_counter.results, "_table", "no-such-table")
    with pytest.raises(BatchFailed, match="1 of 1"):
        of_one_shard.handler(event, aws.context)
