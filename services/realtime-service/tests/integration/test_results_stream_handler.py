"""Broadcast of a record of GameResults' stream to every open page."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from contracts.ids import new_poll_id
from contracts.realtime import MESSAGES
from contracts.tally import TallyChanged
from realtime_service.adapters.connections import Connections
from realtime_service.adapters.errors import StoreUnavailable
from realtime_service.adapters.results_snapshots import Snapshots
from realtime_service.domain.messages import Known
from testkit.events import stream_event

from .conftest import NOW

type MakeTally = Callable[..., TallyChanged]
type MakeRecord = Callable[..., dict[str, Any]]
type Connected = Callable[..., str]
type Deliver = Callable[..., dict[str, Any]]

NOTHING_FAILED: dict[str, Any] = {"batchItemFailures": []}


@pytest.fixture
def stream(load: Callable[[str], ModuleType]) -> ModuleType:
    return load("results_stream_handler")


@pytest.fixture
def deliver(stream: ModuleType, aws: Any) -> Deliver:
    def batch(*records: dict[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = stream.handler(stream_event(*records), aws.context)
        return answer

    return batch


def types(messages: list[dict[str, Any]]) -> list[str]:
    assert [MESSAGES.validate_python(message).model_dump(mode="json") for message in messages] == messages
    return [message["type"] for message in messages]


def test_change_is_sent_to_every_connection(
    deliver: Deliver, aws: Any, connected: Connected, tally: MakeTally, record: MakeRecord, poll_id: str
) -> None:
    everyone = {connected(f"c{number}=") for number in range(20)}
    assert deliver(record(tally(poll_id, 7))) == NOTHING_FAILED
    assert set(aws.sockets.arrived) == everyone
    for messages in aws.sockets.arrived.values():
        assert types(messages) == ["poll_opened", "results"]
        assert (messages[1]["counts"], messages[1]["version"]) == ({"a": 2, "b": 3}, 7)


def test_time_from_count_to_screen_is_emitted(
    deliver: Deliver, tally: MakeTally, record: MakeRecord, poll_id: str, capsys: pytest.CaptureFixture[str]
) -> None:
    deliver(record(tally(poll_id, 7)))
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "CountToScreen" in line]
    (found,) = [line for line in lines if "_aws" in line]
    assert found["_aws"]["CloudWatchMetrics"][0]["Dimensions"] == [["service"]]
    *_, age = found["CountToScreen"]  # a test of the use case alone leaves its value to the next handler
    assert age > 0


def test_batch_sends_only_the_newest_change_of_each_poll(
    deliver: Deliver, aws: Any, connected: Connected, tally: MakeTally, record: MakeRecord
) -> None:
    connected("c1=")
    a, b = new_poll_id(), new_poll_id()
    snapshots = [tally(a, 1), tally(b, 8, status="closed"), tally(a, 2), tally(a, 3)]
    deliver(*(record(snapshot, number) for number, snapshot in enumerate(snapshots, start=1)))
    received = [
        (message["poll_id"], message["version"])
        for message in aws.sockets.arrived["c1="]
        if message["type"] == "results"
    ]
    assert sorted(received) == sorted([(a, 3), (b, 8)])


def test_each_subscriber_receives_the_messages_of_its_scope(
    deliver: Deliver, aws: Any, connected: Connected, tally: MakeTally, record: MakeRecord, poll_id: str
) -> None:
    connected("public=")
    connected("voter=", "voter", poll_id)
    connected("stranger=", "voter", new_poll_id())
    connected("organiser=", "organiser")
    deliver(record(tally(poll_id, 1, visibility="after_vote")))
    deliver(record(tally(poll_id, 2, visibility="after_vote", status="closed")))
    received = {connection: types(messages) for connection, messages in aws.sockets.arrived.items()}
    hidden = ["poll_opened", "results_hidden", "poll_closed", "results"]
    shown = ["poll_opened", "results", "poll_closed", "results"]
    assert received == {"public=": hidden, "stranger=": hidden, "voter=": shown, "organiser=": shown}
    assert not any("counts" in message for message in aws.sockets.arrived["public="][:2])


def test_counts_become_visible_by_the_clock(
    deliver: Deliver, aws: Any, connected: Connected, tally: MakeTally, record: MakeRecord, poll_id: str
) -> None:
    connected("c1=")
    deliver(record(tally(poll_id, 1, visibility="after_close", closes_at=NOW + timedelta(minutes=5))))
    deliver(record(tally(poll_id, 2, visibility="after_close", closes_at=NOW - timedelta(seconds=1))))
    assert types(aws.sockets.arrived["c1="]) == ["poll_opened", "results_hidden", "results"]
    assert aws.sockets.arrived["c1="][-1]["status"] == "closed"


def test_open_and_close_events_are_broadcast(
    deliver: Deliver, aws: Any, connected: Connected, tally: MakeTally, record: MakeRecord, poll_id: str
) -> None:
    connected("c1=")
    steps = [("draft", 1), ("open", 2), ("open", 3), ("closed", 4), ("closed", 5)]
    for status, version in steps:
        deliver(record(tally(poll_id, version, status=status)))
    received = [f"{message['type']} {message['version']}" for message in aws.sockets.arrived["c1="]]
    assert received == [
        "poll_opened 2", "results 2", "results 3", "poll_closed 4", "results 4", "results 5",
    ]  # fmt: skip


def test_redelivered_record_is_sent_again_in_full_and_older_record_is_not_sent(
    deliver: Deliver, aws: Any, connected: Connected, tally: MakeTally, record: MakeRecord, poll_id: str
) -> None:
    connected("c1=")
    deliver(record(tally(poll_id, 1)))
    deliver(record(tally(poll_id, 2, status="closed")))
    first = aws.sockets.arrived.pop("c1=")[2:]
    deliver(record(tally(poll_id, 2, status="closed")))
    assert aws.sockets.arrived["c1="] == first
    deliver(record(tally(poll_id, 1)))
    assert aws.sockets.arrived["c1="] == first
    newest = Snapshots(aws.dynamodb, "tot-test-web-socket-connections").newest(poll_id)
    assert newest is not None
    assert newest.known == Known(tally(poll_id, 2, status="closed"), outline_version=2)


def test_opening_after_failed_broadcast_is_sent_with_the_next_snapshot(
    deliver: Deliver,
    aws: Any,
    stream: ModuleType,
    connected: Connected,
    tally: MakeTally,
    record: MakeRecord,
    poll_id: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Killed(BaseException):
        pass

    def die(_deliveries: object, **_: object) -> None:
        raise Killed

    connected("c1=")
    with monkeypatch.context() as dying:
        sockets: Any = SimpleNamespace(post=die)
        dying.setattr(stream, "broadcaster", replace(stream.broadcaster, sockets=sockets))
        with pytest.raises(Killed):
            deliver(record(tally(poll_id, 1)))
    deliver(record(tally(poll_id, 1), 1), record(tally(poll_id, 2), 2))
    assert types(aws.sockets.arrived["c1="]) == ["poll_opened", "results"]


@pytest.mark.covers("T15", "R35")
def test_gone_connections_are_removed_and_the_others_receive_messages(
    deliver: Deliver, aws: Any, connected: Connected, tally: MakeTally, record: MakeRecord, poll_id: str
) -> None:
    everyone = [connected(f"c{number}=") for number in range(200)]
    aws.sockets.gone = set(everyone[::2])
    assert deliver(record(tally(poll_id))) == NOTHING_FAILED
    assert aws.connected() == set(aws.sockets.arrived) == set(everyone[1::2])
    aws.sockets.tries.clear()
    deliver(record(tally(poll_id, 2)))
    assert len(aws.sockets.tries) == 100


def test_connection_gone_during_the_handshake_is_kept(
    deliver: Deliver, aws: Any, connected: Connected, tally: MakeTally, record: MakeRecord, poll_id: str
) -> None:
    connected("young=", ago=timedelta(seconds=29))
    connected("old=", ago=timedelta(seconds=31))
    aws.sockets.gone = {"young=", "old="}
    deliver(record(tally(poll_id)))
    assert aws.connected() == {"young="}


def test_failed_post_causes_no_stream_retry_and_removes_no_connection(
    deliver: Deliver, aws: Any, connected: Connected, tally: MakeTally, record: MakeRecord, poll_id: str
) -> None:
    everyone = {connected("bad="), connected("good=")}
    aws.sockets.answers["bad="] = [500] * 9
    assert deliver(record(tally(poll_id))) == NOTHING_FAILED
    assert aws.connected() == everyone
    assert types(aws.sockets.arrived["good="]) == ["poll_opened", "results"]


@pytest.mark.covers("T20")
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("a", None),
        ("version", {"N": "99"}),
        ("status", {"S": "ajar"}),
        ("result_visibility", {"S": "friends"}),
    ],
    ids=["a missing field", "an unknown version", "an unknown status", "an unknown visibility"],
)
def test_unreadable_record_goes_to_the_dead_letter_queue_and_holds_up_no_other(
    deliver: Deliver, aws: Any, connected: Connected, tally: MakeTally, record: MakeRecord, poll_id: str,
    field: str, value: Any,
) -> None:  # fmt: skip
    """An unknown value may hide the results, so nothing of the record is broadcast."""
    connected("c1=")
    poison = record(tally(poll_id), 1)
    event = poison["dynamodb"]["NewImage"]["event"]["M"]
    del event[field]
    event.update({field: value} if value else {})
    assert deliver(poison, record(tally(poll_id), 2)) == NOTHING_FAILED
    (kept,) = aws.messages()
    assert kept["record"] == poison
    assert kept["reason"]
    assert types(aws.sockets.arrived["c1="]) == ["poll_opened", "results"]


def test_record_is_retried_if_the_dead_letter_queue_fails(
    stream: ModuleType, deliver: Deliver, aws: Any, record: MakeRecord
) -> None:
    aws.sqs.delete_queue(QueueUrl=aws.queue_url)
    with pytest.raises(StoreUnavailable):
        deliver(record(None, 1, {"M": {}}))


class FailingFor(Snapshots):
    """A table that throttles the writes of one poll."""

    throttled = ""

    def keep(self, tally: TallyChanged) -> Any:
        if tally.poll_id == self.throttled:
            raise StoreUnavailable("throttled")
        return super().keep(tally)


def test_poll_with_unstored_snapshot_is_retried_and_other_polls_are_sent(
    stream: ModuleType,
    deliver: Deliver,
    aws: Any,
    connected: Connected,
    tally: MakeTally,
    record: MakeRecord,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    connected("c1=")
    a, b = new_poll_id(), new_poll_id()
    failing = FailingFor(aws.dynamodb, "tot-test-web-socket-connections")
    failing.throttled = a
    monkeypatch.setattr(stream, "broadcaster", replace(stream.broadcaster, snapshots=failing))
    answer = deliver(record(tally(a), 1), record(tally(b), 2), record(tally(a, 2), 3))
    assert answer == {"batchItemFailures": [{"itemIdentifier": f"{3:021d}"}]}
    assert {message["poll_id"] for message in aws.sockets.arrived["c1="]} == {b}


class Unlistable(Connections):
    """A table that cannot list its connections."""

    def everyone(self, now: datetime) -> Any:
        raise StoreUnavailable("throttled")


def test_batch_is_retried_if_connections_cannot_be_listed(
    stream: ModuleType,
    deliver: Deliver,
    aws: Any,
    connected: Connected,
    tally: MakeTally,
    record: MakeRecord,
    poll_id: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    connected("c1=")
    with monkeypatch.context() as patch:
        unlistable = Unlistable(aws.dynamodb, "tot-test-web-socket-connections")
        patch.setattr(stream, "broadcaster", replace(stream.broadcaster, connections=unlistable))
        with pytest.raises(StoreUnavailable):
            deliver(record(tally(poll_id)))
    deliver(record(tally(poll_id)))
    assert types(aws.sockets.arrived["c1="]) == ["poll_opened", "results"]
