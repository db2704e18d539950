"""While a poll hides its turnout, votes cause no message, so that messages cannot be counted as votes."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any

import pytest
import time_machine
from contracts.ids import new_poll_id
from contracts.tally import TallyChanged

type MakeTally = Callable[..., TallyChanged]
type MakeRecord = Callable[..., dict[str, Any]]
type Connected = Callable[..., str]
type Deliver = Callable[..., None]


@pytest.fixture
def deliver(load: Callable[[str], ModuleType], aws: Any, record: MakeRecord) -> Deliver:
    stream = load("results_stream_handler")

    def batch(tally: TallyChanged) -> None:
        answer = stream.handler({"Records": [record(tally)]}, aws.context)
        assert answer == {"batchItemFailures": []}

    return batch


def types(aws: Any, connection: str) -> list[str]:
    return [message["type"] for message in aws.sockets.arrived.get(connection, [])]


@pytest.mark.parametrize("visibility", ["after_vote", "after_close", "never"])
def test_votes_send_no_message_while_the_turnout_is_hidden(
    deliver: Deliver, aws: Any, connected: Connected, tally: MakeTally, poll_id: str, visibility: str
) -> None:
    connected("public=")
    connected("organiser=", "organiser")
    for version in range(1, 8):
        deliver(tally(poll_id, version, visibility=visibility))
    assert types(aws, "public=") == ["poll_opened", "results_hidden"]
    assert types(aws, "organiser=") == ["poll_opened"] + ["results"] * 7


def test_turnout_is_sent_with_each_change_until_it_is_hidden(
    deliver: Deliver, aws: Any, connected: Connected, tally: MakeTally, poll_id: str
) -> None:
    connected("public=")
    for version in range(1, 6):
        deliver(tally(poll_id, version, visibility="never", show_turnout=version < 4))
    assert types(aws, "public=") == ["poll_opened"] + ["results_hidden"] * 4
    shown, hidden = aws.sockets.arrived["public="][-2:]
    assert [(one["show_turnout"], one["total"]) for one in (shown, hidden)] == [(True, 5), (False, None)]
    assert hidden["version"] > shown["version"], "a page ignores an older version"


def test_outline_change_is_broadcast_to_all(
    deliver: Deliver, aws: Any, connected: Connected, tally: MakeTally, poll_id: str
) -> None:
    connected("public=")
    end = datetime.now(UTC) + timedelta(hours=1)
    deliver(tally(poll_id, 1, visibility="after_close"))
    deliver(tally(poll_id, 2, visibility="after_close", closes_at=end))
    deliver(tally(poll_id, 3, visibility="after_close", closes_at=end))
    deliver(tally(poll_id, 4, visibility="after_close", closes_at=end, status="closed"))
    assert types(aws, "public=") == [
        "poll_opened", "results_hidden", "results_hidden", "poll_closed", "results",
    ]  # fmt: skip


def messages_for(aws: Any, ask: Callable[..., None], connection: str, poll_id: str) -> str:
    """Return all messages to a public page, and the answers to its pings of any version."""
    for version in (0, 1, 2, 3, 4, 9, 99):
        ask(f'{{"action": "ping", "poll_id": "{poll_id}", "version": {version}}}', connection)
    ask('{"action": "ping"}', connection)
    arrived, ignored = aws.sockets.arrived.pop(connection), {"pong", "audience"}
    return json.dumps([one for one in arrived if one["type"] not in ignored]).replace(poll_id, "the-poll")


@pytest.mark.covers("T23")
@pytest.mark.parametrize("visibility", ["after_vote", "after_close", "never"])
def test_hidden_tallies_with_different_votes_send_identical_messages(
    deliver: Deliver,
    aws: Any,
    load: Callable[[str], ModuleType],
    connected: Connected,
    tally: MakeTally,
    visibility: str,
) -> None:
    ping = load("ping")
    begun = datetime.now(UTC) - timedelta(hours=1)
    end = begun + timedelta(hours=2)

    def ask(text: str, connection: str) -> None:
        context = {"connectionId": connection, "authorizer": {"scope": "public"}}
        ping.handler({"requestContext": context, "body": text}, aws.context)

    def life(votes: int, beginning: datetime) -> list[str]:
        """A poll with so many votes before its closing is set and after it."""
        poll_id, connection, steps = new_poll_id(), f"public{votes}=", []
        current = {"pk": {"S": "snapshot"}, "sk": {"S": "#current"}}
        aws.dynamodb.delete_item(TableName="tot-test-web-socket-connections", Key=current)
        connected(connection)
        version = 1
        deliver(tally(poll_id, version, visibility=visibility, opens_at=beginning, votes=(0, 0)))
        for closes_at in (None, end):
            for _ in range(votes):
                version += 1
                changed = {"votes": (version, 0), "opens_at": beginning, "closes_at": closes_at}
                deliver(tally(poll_id, version, visibility=visibility, **changed))
            steps.append(messages_for(aws, ask, connection, poll_id))
        if visibility == "never":
            changed = {"votes": (version, 0), "opens_at": beginning, "closes_at": end, "status": "closed"}
            deliver(tally(poll_id, version + 1, visibility=visibility, **changed))
            steps.append(messages_for(aws, ask, connection, poll_id))
        return steps

    with time_machine.travel(begun, tick=False):
        one, other = life(1, begun), life(5, begun)
    assert one == other
    assert '"version": 2' in one[1], "the new closing time is broadcast, with an outline number of its own"
