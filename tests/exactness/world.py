"""The whole path of a vote: two polls, the vote log, and all functions between the log and an open page.

The test decides the order of deliveries and the faults; `settle` delivers everything, and `differences`
returns all inconsistencies.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock

from contracts.enums import PollStatus
from realtime_service.adapters.broadcast_queue import BroadcastQueue
from realtime_service.adapters.results_snapshots import Snapshots
from realtime_service.adapters.windows import Windows
from realtime_service.domain.window import BroadcastLimits
from realtime_service.use_cases.broadcast import Broadcaster
from results_service.adapters.dead_letter_queue import DeadLetterQueue
from results_service.adapters.game_results import GameResults
from results_service.adapters.recount_queue import RecountQueue
from results_service.use_cases.track_poll_status import PollStatusTracker, PollUpdates

from . import records
from .faults import Fault
from .handlers import load
from .log import POLLS, Log
from .open_pages import Sockets
from .operator import Operator
from .order_queue import OrderQueue
from .stream import Delivery, Mapping, Stream
from .table import Client, Table


class World(Log):
    """The real handlers: counting, the copy of each poll's status, and broadcasting to open pages."""

    def __init__(self) -> None:
        super().__init__(lambda _client: load().count_votes.handler)
        self.connections = Table()
        self.sockets = Sockets(self.interruptions)
        self.orders = OrderQueue(self.interruptions, lambda: self.now)
        self.snapshots = Snapshots(Client(self.connections, self.interruptions), "connections")  # type: ignore[arg-type]
        self.game_results = GameResults(self.client, "game-results")  # type: ignore[arg-type]
        self.polls, self.changes = Stream("polls", 1), Stream("results", 1)
        handlers = load()
        self.track_mapping = Mapping(self.polls, handlers.track_poll_status.handler, self.interruptions)
        self.broadcast_mapping = Mapping(
            self.changes, handlers.results_stream_handler.handler, self.interruptions, partial=True
        )
        self.revisions = [0] * len(POLLS)
        self.operator = Operator(self, self.game_results)

        def clock() -> datetime:
            return self.now

        modules: Any = handlers
        dead_letters = DeadLetterQueue(Mock(), "dead-letters", "function")
        mine = {
            "results": self.game_results,
            "dead_letters": dead_letters,
            "clock": clock,
        }
        modules.count_votes.vote_counter = replace(modules.count_votes.vote_counter, **mine)
        modules.track_poll_status.tracker = PollStatusTracker(
            PollUpdates(self.game_results, RecountQueue(Mock(), "recounts"), Mock(), Mock(), clock),
            dead_letters,
        )
        client: Any = Client(self.connections, self.interruptions)
        pages: Any = self.sockets
        orders: Any = self.orders
        broadcaster = Broadcaster(
            self.snapshots,
            Windows(client, "connections"),
            BroadcastQueue(orders, "broadcasts"),
            connections=pages,
            audience=pages,
            sockets=pages,
            limits=BroadcastLimits(timedelta(seconds=1), posts_per_second=5000),
        )
        for module in (modules.results_stream_handler, modules.broadcast_queue_handler):
            module.broadcaster = broadcaster
            module.datetime = SimpleNamespace(now=lambda _zone: self.now)
        self.carry_out = modules.broadcast_queue_handler.handler

    def announce(self, poll: int) -> None:
        """Publish the poll's next event: created, opened, closing, closed."""
        if self.revisions[poll] < len(records.POLL_EVENTS):
            self.revisions[poll] += 1
            self.polls.add(self.polls.open[0], records.poll_event(POLLS[poll], self.revisions[poll]))

    def deliver_poll_events(self, step: Delivery) -> None:
        """Invoke the function that copies each poll's status once."""
        self.track_mapping.deliver(self.polls.shards[0], step)

    def deliver_changes(self, step: Delivery) -> None:
        """Invoke the function that broadcasts to open pages once."""
        self._carry()
        self.broadcast_mapping.deliver(self.changes.shards[0], step)

    def has_changes(self) -> bool:
        """Return whether a change of the results waits for its broadcast."""
        self._carry()
        return not self.broadcast_mapping.done_with(self.changes.shards[0])

    def deliver_order(self, which: int, fault: Fault | None, twice: bool) -> None:
        """Invoke the function that carries out the orders of broadcasts once."""
        self.orders.deliver(self.carry_out, which, fault, twice=twice)

    def deliver_due_orders(self) -> int:
        """Invoke that function with all orders whose delay is over; return their number."""
        return self.orders.deliver_due(self.carry_out)

    def count_audience(self, audience: int) -> None:
        """Change the number of open pages, as it is counted."""
        self.sockets.audience = audience

    def forget(self, shard: int) -> None:
        """Drop a shard's undelivered records from the stream."""
        where = self.votes.shards[shard % len(self.votes.shards)]
        if where.parent is None or self.count_mapping.done_with(where.parent):
            self.operator.lost(self.count_mapping.forget(where))

    def replace_stream(self) -> None:
        """Replace VotesLog's stream by one that repeats the whole log, as after an import to a table."""
        self.votes.replace()
        self.operator.lost([record for shard in self.votes.open for record in shard.records])

    def begin_rebuild(self, poll: int, fault: Fault | None = None) -> None:
        """Begin a rebuild of a poll's counters."""
        self.operator.begin(POLLS[poll], fault)

    def show_rebuilt(self, poll: int, fault: Fault | None = None) -> None:
        """Carry out the order of a rebuild, if there is one; it may be too early, and it may fail."""
        self.operator.carry_out(POLLS[poll], fault)

    def settle(self) -> None:
        """Deliver all events without faults, and let every page send a ping."""
        self.count_mapping.drain()
        self.track_mapping.drain()
        for poll in POLLS:
            self.operator.mend(poll)
        self._carry()
        self.broadcast_mapping.drain()
        self.orders.drain(self.carry_out)
        for poll in POLLS:
            self.sockets.ping(poll, self.snapshots)

    def differences(self) -> list[str]:
        """Return all differences between log, shard counters, totals, last message and open pages."""
        return [line for poll, revision in zip(POLLS, self.revisions, strict=True)
                for line in self._differences(poll, revision)]  # fmt: skip

    def _differences(self, poll: str, revision: int) -> Iterator[str]:
        if not revision and not self.operator.may_mend(poll):
            return
        wanted = self.truth(poll)
        votes, shown = wanted[:2], self.counted(poll)
        if shown[:2] != votes:
            yield f"totals {shown}, log {wanted}"
        if self.counted_by_order(poll) != self.truth_by_order(poll):
            yield f"totals {self.counted_by_order(poll)}, log {self.truth_by_order(poll)}"
        if not self.operator.rebuilt(poll):
            yield from self._differences_by_shard(poll)
            yield from self._steps_back(poll)
        if revision < 2:
            return
        # If the poll closed before its opening was broadcast, only the close is required.
        turn = "poll_closed" if revision == len(records.POLL_EVENTS) else "poll_opened"
        if not any((poll, turn) in page.turns for page in self.sockets.pages.values()):
            yield f"no page received {turn}"
        status = PollStatus.OPEN if revision == 2 else PollStatus.CLOSED
        seen = {name: page.results.get(poll) for name, page in self.sockets.pages.items()}
        for place, message in {"last message": self.sockets.sent.get(poll), **seen}.items():
            shown_there = (message.counts.a, message.counts.b, message.status) if message else None
            if shown_there != (*votes, status):
                yield f"{place} shows {shown_there}, log {votes} {status}"

    def _differences_by_shard(self, poll: str) -> Iterator[str]:
        for shard in self.votes.shards:
            counted, true = self.counted(poll, f"counter#0001#{shard.name}"), self.truth(poll, shard.name)
            if counted != true:
                yield f"{shard.name}: counter {counted}, log {true}"
        invalid = self.truth(poll)[2]
        kept = sum(key[0] == poll and key[1].startswith("invalid#") for key in self.results.items)
        if kept != invalid or self.counted(poll)[2] != invalid:
            yield f"{kept} poison records kept and {self.counted(poll)[2]} counted of {invalid}"

    def _steps_back(self, poll: str) -> Iterator[str]:
        """Check the series against the totals: it only grows, and never exceeds them."""
        kept = {key[1].rpartition("#")[2]: key[1] for key in self.results.items
                if key[0] == poll and key[1].startswith("series#")}  # fmt: skip
        before: tuple[int, ...] = (0, 0)
        for _, sort_key in (*sorted(kept.items()), ("", "totals")):
            shown = self.counted(poll, sort_key)[:2]
            if any(new < old for new, old in zip(shown, before, strict=True)):
                yield f"{sort_key}: {shown} after {before}"
            before = shown

    def _carry(self) -> None:
        """Copy the table's changes to its stream, through the mapping's filter."""
        for name, image in self.results.changes:
            if "event" in image:
                keys = {part: image[part] for part in ("pk", "sk")}
                change = {"Keys": keys, "NewImage": image}
                self.changes.add(self.changes.open[0], {"eventName": name, "dynamodb": change})
        self.results.changes.clear()
