"""While a poll hides its turnout, no message follows a vote: counting messages would be counting votes."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any

import pytest
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
    return [frame["type"] for frame in aws.sockets.arrived.get(connection, [])]


@pytest.mark.parametrize("visibility", ["after_vote", "after_close", "never"])
def test_votes_send_no_message_to_a_viewer_who_may_not_know_the_turnout(
    deliver: Deliver, aws: Any, connected: Connected, tally: MakeTally, poll_id: str, visibility: str
) -> None:
    connected("public=")
    connected("organiser=", "organiser")
    for version in range(1, 8):
        deliver(tally(poll_id, version, visibility=visibility))
    assert types(aws, "public=") == ["poll_opened", "results_hidden"]
    assert types(aws, "organiser=") == ["poll_opened"] + ["results"] * 7


def test_a_poll_that_shows_its_turnout_tells_it_with_each_change(
    deliver: Deliver, aws: Any, connected: Connected, tally: MakeTally, poll_id: str
) -> None:
    connected("public=")
    for version in range(1, 4):
        deliver(tally(poll_id, version, visibility="never", show_turnout=True))
    assert types(aws, "public=") == ["poll_opened"] + ["results_hidden"] * 3


def test_what_everybody_may_know_is_told_when_it_changes(
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
