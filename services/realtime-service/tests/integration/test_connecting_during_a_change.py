"""A page that connects while a tally changes receives the change, in every interleaving."""

from collections.abc import Callable
from itertools import combinations_with_replacement
from types import ModuleType
from typing import Any

import pytest
from contracts.tally import TallyChanged
from realtime_service.domain.batch import Change
from testkit.events import websocket_event

from .conftest import NOW

CONNECTION = "L0SM9cOFvHcCIhw="
BEFORE_STORING, BEFORE_LISTING, BEFORE_POSTING, AFTERWARDS = range(4)


def before(moment: int, run: Callable[[int], None], step: Callable[..., Any]) -> Callable[..., Any]:
    def interposed(*given: Any, **options: Any) -> Any:
        run(moment)
        return step(*given, **options)

    return interposed


# A client's three steps (its item written; its socket open; its first ping) at any moments of a broadcast.
@pytest.mark.parametrize("moments", list(combinations_with_replacement(range(4), 3)), ids=str)
def test_a_client_connecting_at_any_moment_sees_the_newest_snapshot_and_stays_connected(
    aws: Any,
    load: Callable[[str], ModuleType],
    tally: Callable[..., TallyChanged],
    poll_id: str,
    monkeypatch: pytest.MonkeyPatch,
    moments: tuple[int, int, int],
) -> None:
    connect, ping = load("connect").handler, load("ping").handler
    role = {"scope": "public"}
    message = websocket_event("MESSAGE", CONNECTION, authorizer=role, body={"action": "ping"})
    broadcaster = aws.broadcaster()
    snapshots, connections = broadcaster.snapshots, broadcaster.connections
    sockets = broadcaster.sockets
    snapshots.keep(tally(poll_id, 1))
    aws.sockets.gone = {CONNECTION}
    steps = (
        lambda: connect(websocket_event("CONNECT", CONNECTION, authorizer=role), aws.context),
        aws.sockets.gone.clear,
        lambda: ping(message, aws.context),
    )

    def client(now: int) -> None:
        for moment, step in zip(moments, steps, strict=True):
            if moment == now:
                step()

    monkeypatch.setattr(snapshots, "keep", before(BEFORE_STORING, client, snapshots.keep))
    monkeypatch.setattr(connections, "everyone", before(BEFORE_LISTING, client, connections.everyone))
    monkeypatch.setattr(sockets, "post", before(BEFORE_POSTING, client, sockets.post))
    broadcaster.changed([Change(tally(poll_id, 2), "1")], NOW)
    client(AFTERWARDS)

    seen = [message["version"] for message in aws.sockets.arrived[CONNECTION] if message["type"] == "results"]
    assert max(seen) == 2
    assert aws.connected() == {CONNECTION}
