"""Two polls, the log of their votes, and everything of ours between the log and an open page.

Whoever drives it decides what arrives where, when, and what goes wrong; `settle` lets it all come to rest and
`differences` says what does not agree.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any
from unittest.mock import Mock

from contracts.ids import PollStatus
from realtime_service.store.snapshots import Snapshots
from results_service.store.attention import Attention
from results_service.store.game_results import GameResults
from results_service.store.recount_queue import RecountQueue

from . import records
from .faults import Fault, Killed
from .handlers import load
from .log import POLLS, Log
from .stream import Delivery, Mapping, Stream
from .table import Client, Table
from .viewers import Sockets


class World(Log):
    """The real handlers: counting, the copy of each poll's status, and the way to the open pages."""

    def __init__(self) -> None:
        super().__init__(lambda _client: load().count_votes.handler)
        self.connections = Table()
        self.sockets = Sockets(self.interruptions)
        self.snapshots = Snapshots(Client(self.connections, self.interruptions), "connections")  # type: ignore[arg-type]
        self.game_results = GameResults(self.client, "game-results")  # type: ignore[arg-type]
        self.polls, self.changes = Stream("polls", 1), Stream("results", 1)
        handlers = load()
        self.tracking = Mapping(self.polls, handlers.track_poll_status.handler, self.interruptions)
        self.telling = Mapping(
            self.changes, handlers.results_stream_handler.handler, self.interruptions, partial=True
        )
        self.revisions = [0] * len(POLLS)
        self._corrections = 0

        def clock() -> datetime:
            return self.now

        modules: Any = handlers
        mine = {
            "results": self.game_results,
            "attention": Attention(Mock(), "attention", "function"),
            "clock": clock,
        }
        orders = RecountQueue(Mock(), "recounts")
        modules.count_votes.counting = replace(modules.count_votes.counting, **mine)
        modules.track_poll_status.tracking = replace(
            modules.track_poll_status.tracking, recounts=orders, **mine
        )
        telling = modules.results_stream_handler
        telling.snapshots, telling.connections, telling.sockets = self.snapshots, self.sockets, self.sockets

    def announce(self, poll: int) -> None:
        """Let the poll go one step on: created, opened, closing, closed."""
        if self.revisions[poll] < len(records.NEWS):
            self.revisions[poll] += 1
            self.polls.add(self.polls.open[0], records.news(POLLS[poll], self.revisions[poll]))

    def deliver_news(self, step: Delivery) -> None:
        """Invoke the function that keeps the copy of each poll's status once."""
        self.tracking.deliver(self.polls.shards[0], step)

    def deliver_changes(self, step: Delivery) -> None:
        """Invoke the function that tells open pages once."""
        self._carry()
        self.telling.deliver(self.changes.shards[0], step)

    def correct(self, poll: int, a: int, b: int, fault: Fault | None = None) -> None:
        """Correct a poll's totals as a recount does, never below zero; what fails is done again."""
        b = max(b, -self.counted(POLLS[poll])[1])
        self._corrections += 1
        self.corrected[POLLS[poll], "a"] += a
        self.corrected[POLLS[poll], "b"] += b
        item = {
            "pk": {"S": POLLS[poll]}, "sk": {"S": f"correction#{self._corrections:04}"},
            "a": {"N": str(a)}, "b": {"N": str(b)}, "i": {"N": "0"},
        }  # fmt: skip
        self.interruptions.arm(fault, lambda: None)
        for _ in range(2):
            # Whatever failed is done again, without a fault.
            with suppress(Exception, Killed):
                self.client.put_item(TableName="game-results", Item=item)
                self.game_results.rewrite_totals(POLLS[poll], lambda: self.now)
                break
        self.interruptions.disarm()

    def settle(self) -> None:
        """Deliver everything there is, nothing going wrong, and let every page ask for what it missed."""
        self.counting.drain()
        self.tracking.drain()
        self._carry()
        self.telling.drain()
        for poll in POLLS:
            self.sockets.ping(poll, self.snapshots)

    def differences(self) -> list[str]:
        """Return all that does not agree of log, shard counters, totals, last frame and open pages."""
        return [line for poll, revision in zip(POLLS, self.revisions, strict=True)
                for line in self._differences(poll, revision)]  # fmt: skip

    def _differences(self, poll: str, revision: int) -> Iterator[str]:
        a, b, invalid = self.truth(poll)
        wanted = (a + self.corrected[poll, "a"], b + self.corrected[poll, "b"], invalid)
        if self.counted(poll) != wanted:
            yield f"totals {self.counted(poll)}, log and corrections {wanted}"
        for shard in self.votes.shards:
            counted, true = self.counted(poll, f"shard#0001#{shard.name}"), self.truth(poll, shard.name)
            if counted != true:
                yield f"{shard.name}: counter {counted}, log {true}"
        kept = sum(key[0] == poll and key[1].startswith("invalid#") for key in self.results.items)
        if kept != invalid:
            yield f"{kept} poison records kept of {invalid}"
        if revision < 2:
            return
        # An opening that was closed again before anybody could be told is nobody's business.
        turn = "poll_closed" if revision == len(records.NEWS) else "poll_opened"
        if not any((poll, turn) in page.turns for page in self.sockets.pages.values()):
            yield f"nobody was told {turn}"
        status = PollStatus.OPEN if revision == 2 else PollStatus.CLOSED
        seen = {name: page.results.get(poll) for name, page in self.sockets.pages.items()}
        for who, frame in {"last frame": self.sockets.sent.get(poll), **seen}.items():
            shown = (frame.counts.a, frame.counts.b, frame.status) if frame else None
            if shown != (*wanted[:2], status):
                yield f"{who} shows {shown}, log and corrections {wanted} {status}"

    def _carry(self) -> None:
        """Bring the table's changes to its stream, through the mapping's filter."""
        for name, image in self.results.changes:
            if "event" in image:
                keys = {part: image[part] for part in ("pk", "sk")}
                change = {"Keys": keys, "NewImage": image}
                self.changes.add(self.changes.open[0], {"eventName": name, "dynamodb": change})
        self.results.changes.clear()
