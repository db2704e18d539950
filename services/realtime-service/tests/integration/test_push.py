"""Posts to many sockets at once: a failed post holds up no other."""

from collections.abc import Container
from typing import Any

import boto3
import pytest
from realtime_service.adapters import sockets
from realtime_service.adapters.sockets import Sockets

MESSAGE = b'{"n": 1}'


@pytest.fixture
def client(aws: Any) -> Sockets:
    return Sockets(aws.sockets.endpoint, boto3.Session())


def test_every_socket_gets_its_messages_in_order(client: Sockets, aws: Any) -> None:
    messages = [b'{"n": 1}', b'{"n": 2}', b'{"n": 3}']
    posted = client.post((f"c{number}=", messages) for number in range(200))
    assert (posted.sent, posted.gone, posted.failed) == (200, frozenset(), {})
    assert len(aws.sockets.arrived) == 200
    assert all(arrived == [{"n": 1}, {"n": 2}, {"n": 3}] for arrived in aws.sockets.arrived.values())


@pytest.mark.parametrize("connection_id", ["L0SM9cOFvHcCIhw=", "a/b?c#d e%20", "é", "@connections"])
def test_any_connection_id_is_addressed_and_signed_as_it_is(
    client: Sockets, aws: Any, connection_id: str
) -> None:
    assert client.post([(connection_id, [MESSAGE])]).sent == 1
    assert dict(aws.sockets.arrived) == {connection_id: [{"n": 1}]}


def test_broadcast_without_connections_posts_nothing(client: Sockets, aws: Any) -> None:
    assert client.post([]).sent == 0
    assert aws.sockets.tries == []


def test_a_gone_socket_is_named_and_not_tried_again(client: Sockets, aws: Any) -> None:
    aws.sockets.gone = {"gone="}
    posted = client.post([("gone=", [MESSAGE, MESSAGE]), ("here=", [MESSAGE])])
    assert (posted.sent, posted.gone, posted.failed) == (1, frozenset({"gone="}), {})
    assert sorted(aws.sockets.tries) == ["gone=", "here="]


@pytest.mark.parametrize("fault", [429, 500, 503, 0], ids=["throttled", "failed", "unavailable", "cut"])
def test_a_passing_fault_is_tried_again(client: Sockets, aws: Any, fault: int) -> None:
    aws.sockets.answers["c1="] = [fault, fault]
    posted = client.post([("c1=", [MESSAGE])])
    assert (posted.sent, posted.failed) == (1, {})
    assert aws.sockets.arrived["c1="] == [{"n": 1}]


@pytest.mark.covers("R35")
@pytest.mark.parametrize(
    ("fault", "reason", "tries"),
    [
        (429, "429", {3}),
        (500, "500", {3}),
        (0, "unreachable", range(3, 7)),
        (403, "403", {1}),
        (400, "400", {1}),
    ],
)
def test_a_lasting_fault_is_counted_and_holds_up_no_other(
    client: Sockets, aws: Any, fault: int, reason: str, tries: Container[int]
) -> None:
    """libcurl itself repeats a post whose kept connection was cut before the answer."""
    aws.sockets.answers["bad="] = [fault] * 9
    posted = client.post([("bad=", [MESSAGE, MESSAGE]), ("c1=", [MESSAGE]), ("c2=", [MESSAGE])])
    assert (posted.sent, posted.gone, posted.failed) == (2, frozenset(), {reason: 1})
    assert aws.sockets.tries.count("bad=") in tries


@pytest.mark.covers("R35")
def test_client_that_never_reads_holds_up_no_other_and_is_counted(
    client: Sockets, aws: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its posts are never answered; all other posts arrive while it is waited for."""
    monkeypatch.setattr(sockets, "POST_SECONDS", 3.0)
    monkeypatch.setattr(sockets, "RETRY_PAUSES_SECONDS", ())
    aws.sockets.never_read = {"stuck="}
    others = [f"c{number}=" for number in range(100)]
    try:
        posted = client.post((each, [MESSAGE]) for each in ("stuck=", *others))
        assert (posted.sent, posted.gone, posted.failed) == (100, frozenset(), {"unreachable": 1})
        assert set(aws.sockets.arrived) == set(others)
    finally:
        aws.sockets.released.set()


def test_unreachable_endpoint_is_counted_as_a_failure(aws: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "RETRY_PAUSES_SECONDS", ())
    assert Sockets("http://127.0.0.1:9/ws", boto3.Session()).post([("c1=", [MESSAGE])]).failed == {
        "unreachable": 1
    }


def test_remaining_posts_are_counted_as_late_when_time_is_up(client: Sockets, aws: Any) -> None:
    posted = client.post(((f"c{number}=", [MESSAGE]) for number in range(3)), seconds=0)
    assert posted.failed == {"late": 3}


def test_failures_are_logged_by_reason_without_message_contents(
    client: Sockets, aws: Any, caplog: pytest.LogCaptureFixture
) -> None:
    aws.sockets.answers["c1="] = [403]
    client.post([("c1=", [b'{"counts": "hidden"}'])])
    (line,) = [vars(line) for line in caplog.records if line.message == "posts failed"]
    assert line["reasons"] == {"403": 1}
    assert "hidden" not in str(line)
