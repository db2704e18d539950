"""Broadcast changed tallies to all open pages: store first, then send, so that no page misses one.

A poll's pages get at most one broadcast in each window. The first change is sent at once and begins a window;
later changes are only stored, and at the window's end the newest is sent, by an order in a queue that delays
it. One worker per shard of connections posts to a large audience.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import inf
from time import monotonic
from typing import TYPE_CHECKING, Final, Self

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from chassis.aws import seconds_left
from contracts.ids import PollId
from contracts.realtime import AudienceMessage
from contracts.tally import TallyChanged
from contracts.visibility import Scope

from realtime_service.adapters.audience import ShardCount
from realtime_service.adapters.broadcast_queue import BroadcastQueue
from realtime_service.adapters.connections import SHARDS, Connection, Connections, shard_of
from realtime_service.adapters.errors import StoreUnavailable
from realtime_service.adapters.results_snapshots import Snapshots, StaleSnapshot, StoredSnapshot
from realtime_service.adapters.sockets import Delivery, Posted, Sockets
from realtime_service.adapters.windows import Windows
from realtime_service.domain.batch import Change
from realtime_service.domain.messages import Known, Outline, encode, messages_of_change
from realtime_service.domain.order import DueBroadcast, ShardBroadcast
from realtime_service.domain.subscriber import ConnectionCount, Subscriber
from realtime_service.domain.window import BroadcastLimits
from realtime_service.use_cases.count_audience import AudienceCounter, total_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

GRACE: Final = timedelta(seconds=30)
"""API Gateway also returns 410 Gone during a handshake, which takes at most 29 seconds."""

ALL_POSTS_SECONDS: Final = 20.0
"""Time for the posts of one invocation; a large audience has that of its window, and a little for retries."""

RESERVE_SECONDS: Final = 5.0
"""Time of an invocation that is left after the posts, for writes."""

MAX_IN_ONE_INVOCATION: Final = 2_000
"""Connections that one invocation posts to, within half a second; for more there is a worker per shard."""

logger = Logger()
metrics = Metrics()


@dataclass(frozen=True, slots=True)
class Broadcaster:
    """Broadcasts the tallies of all polls."""

    snapshots: Snapshots
    windows: Windows
    queue: BroadcastQueue
    connections: Connections
    audience: AudienceCounter
    sockets: Sockets
    limits: BroadcastLimits

    @classmethod
    def of(
        cls,
        client: "DynamoDBClient",
        table: str,
        queue: BroadcastQueue,
        sockets: Sockets,
        limits: BroadcastLimits,
    ) -> Self:
        """Create a broadcaster for one table of connections."""
        at = (client, table)
        counter = AudienceCounter.of(*at)
        return cls(Snapshots(*at), Windows(*at), queue, counter.connections, counter, sockets, limits)

    def changed(self, changes: Iterable[Change], now: datetime) -> tuple[Change, ...]:
        """Store each poll's snapshot; send it at once, or order a broadcast at the end of the open window.

        A snapshot that is stored already is sent again, because its record may have been delivered again
        after a failed broadcast; an older one is not. Returns the changes that must be delivered again.
        Raises `StoreUnavailable` if connections cannot be counted or listed: then all must be.
        """
        updates: list[StoredSnapshot] = []
        failed: list[Change] = []
        counts = self.audience.counts()
        length = self.limits.window_for(total_of(counts).total)
        for change in changes:
            tally = change.tally
            try:
                stored = self.snapshots.keep(tally)
                if self._begins_window(tally.poll_id, now, length):
                    updates.append(stored)
            except StaleSnapshot:
                logger.info("stale snapshot", poll_id=tally.poll_id, version=tally.tally_version)
            except StoreUnavailable as error:
                logger.warning("snapshot not stored", poll_id=tally.poll_id, exc_info=error)
                failed.append(change)
        self._broadcast(updates, counts, now)
        return tuple(failed)

    def due(self, order: DueBroadcast, now: datetime, *, again: bool) -> None:
        """Broadcast a poll's newest snapshot at the end of a window. Raises `StoreUnavailable`."""
        counts = self.audience.counts()
        length = self.limits.window_for(total_of(counts).total)
        if self.windows.follow(order.poll_id, order.window, now, length, again=again):
            newest = self.snapshots.newest(order.poll_id)
            self._broadcast([newest] if newest else [], counts, now)

    def post_shard(self, order: ShardBroadcast, now: datetime) -> None:
        """Post to the connections of one shard the order's change, or a newer snapshot of its poll.

        Posts go on while connections are listed, so memory holds one page of them. Raises `StoreUnavailable`.
        """
        counts = self.audience.counts()
        known, newest = Known(order.tally, order.outline_version), self.snapshots.newest(order.tally.poll_id)
        if newest and newest.known.tally.tally_version > order.tally.tally_version:
            known = newest.known
        messages = _Messages([StoredSnapshot(known, order.before)], order.audience, now)
        seen = [count for count in counts if count.shard == order.shard]
        window = self.limits.window_for(total_of(counts).total).total_seconds()
        self._post(
            self.connections.in_shard(order.shard, now),
            messages,
            seen,
            now,
            per_second=self.limits.posts_per_second / SHARDS,
            seconds=max(ALL_POSTS_SECONDS, window + RESERVE_SECONDS),
        )

    def _begins_window(self, poll_id: PollId, now: datetime, length: timedelta) -> bool:
        """Begin a window, or order a broadcast at the end of the open one. Raises `StoreUnavailable`."""
        window = self.windows.begin(poll_id, now, length)
        if window is None:
            return True
        if not window.awaited:
            order = DueBroadcast(poll_id=poll_id, window=window.number)
            self.queue.send([order], delay_seconds=window.delay(now))
            self.windows.await_end(poll_id, window.number)
        return False

    def _broadcast(
        self, updates: list[StoredSnapshot], counts: tuple[ShardCount, ...], now: datetime
    ) -> None:
        if not updates:
            return
        total = total_of(counts)
        if total.total > MAX_IN_ONE_INVOCATION:
            audience = self.audience.to_announce(total.viewers, now)
            self.queue.send(order for update in updates for order in _shard_orders(update, audience))
        else:
            everyone = self.connections.everyone(now)
            viewers = ConnectionCount.of(connection.subscriber for connection in everyone).viewers
            messages = _Messages(updates, None, now)
            if any(messages.to(connection.subscriber) for connection in everyone):
                messages = _Messages(updates, self.audience.to_announce(viewers, now), now)
            self._post(everyone, messages, counts, now, seconds=ALL_POSTS_SECONDS)
        self._mark_announced(updates)

    def _post(
        self,
        connections: Iterable[Connection],
        messages: "_Messages",
        counts: Iterable[ShardCount],
        now: datetime,
        *,
        seconds: float,
        per_second: float = inf,
    ) -> None:
        listing = _Listing(now)

        def deliveries() -> Iterator[Delivery]:
            for connection in listing.of(connections):
                if found := messages.to(connection.subscriber):
                    yield connection.connection_id, found

        seconds = min(seconds, seconds_left() - RESERVE_SECONDS)
        began = monotonic()
        posted = self.sockets.post(deliveries(), per_second=per_second, seconds=seconds)
        metrics.add_metric("MessagesDelivered", MetricUnit.Count, posted.sent)
        for update in messages.updates:
            age = (now - update.known.tally.updated_at).total_seconds() + monotonic() - began
            metrics.add_metric("CountToScreen", MetricUnit.Milliseconds, age * 1000)
        metrics.add_metadata("broadcast", [_log_entry(update.known.tally) for update in messages.updates])
        self.audience.compare(counts, listing.counts(), now)
        self._remove(posted, listing)

    def _mark_announced(self, updates: list[StoredSnapshot]) -> None:
        for update in updates:
            tally = update.known.tally
            if Outline.of(tally) == update.announced:
                continue
            try:
                self.snapshots.mark_announced(update.known)
            except StoreUnavailable as error:
                logger.warning(
                    "broadcast not recorded: will be sent again", poll_id=tally.poll_id, exc_info=error
                )

    def _remove(self, posted: Posted, listing: "_Listing") -> None:
        """Delete the connections that are gone. API Gateway then has no `$disconnect` left to count."""
        settled = posted.gone - listing.young
        try:
            self.connections.remove_many(settled)
            for connection_id in settled:
                self.audience.closed(connection_id, organiser=connection_id in listing.organisers)
        except StoreUnavailable as error:
            # All messages are sent: an error would only send them again. The next broadcast removes these.
            logger.warning("gone connections not removed", count=len(settled), exc_info=error)


@dataclass(slots=True)
class _Listing:
    """Facts about the connections of one listing, for after the posts."""

    now: datetime
    young: set[str] = field(default_factory=set)
    """Connections that may still be in their handshake."""
    organisers: set[str] = field(default_factory=set)
    _by_shard: Counter[tuple[int, bool]] = field(default_factory=Counter)

    def of(self, connections: Iterable[Connection]) -> Iterator[Connection]:
        """Yield the connections, and remember them."""
        for connection in connections:
            if connection.connected_at > self.now - GRACE:
                self.young.add(connection.connection_id)
            organiser = connection.subscriber.is_organiser
            if organiser:
                self.organisers.add(connection.connection_id)
            self._by_shard[shard_of(connection.connection_id), organiser] += 1
            yield connection

    def counts(self) -> dict[int, ConnectionCount]:
        """Return the number of connections by shard."""
        return {
            shard: ConnectionCount(self._by_shard[shard, False], self._by_shard[shard, True])
            for shard in range(SHARDS)
        }


class _Messages:
    """The messages of changes, by subscriber; subscribers of one scope get the same."""

    def __init__(self, updates: list[StoredSnapshot], audience: int | None, now: datetime) -> None:
        self.updates = updates
        self._audience = () if audience is None else (encode(AudienceMessage(audience=audience)),)
        self._now = now
        self._encoded: dict[tuple[int, Scope], tuple[bytes, ...]] = {}

    def to(self, subscriber: Subscriber) -> tuple[bytes, ...]:
        """Return a subscriber's messages, in order."""
        found = tuple(
            message
            for position, update in enumerate(self.updates)
            for message in self._of(position, subscriber.scope_for(update.known.tally.poll_id))
        )
        return found + self._audience if found else ()

    def _of(self, position: int, scope: Scope) -> tuple[bytes, ...]:
        if (position, scope) not in self._encoded:
            update = self.updates[position]
            messages = messages_of_change(update.known, update.announced, scope, self._now)
            self._encoded[position, scope] = tuple(map(encode, messages))
        return self._encoded[position, scope]


def _shard_orders(update: StoredSnapshot, audience: int | None) -> Iterator[ShardBroadcast]:
    for shard in range(SHARDS):
        yield ShardBroadcast(
            shard=shard,
            tally=update.known.tally,
            outline_version=update.known.outline_version,
            before=update.announced,
            audience=audience,
        )


def _log_entry(tally: TallyChanged) -> dict[str, str | int | None]:
    """Return which snapshot was broadcast; `./dev trace` reads it."""
    return {"poll_id": tally.poll_id, "version": tally.tally_version, "trace_id": tally.trace_id}
