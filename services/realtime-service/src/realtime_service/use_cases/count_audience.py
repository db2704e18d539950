"""Count the audience per shard, by each connection that opens or closes, and correct the counts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from typing import TYPE_CHECKING, Self

from aws_lambda_powertools import Logger

from realtime_service.adapters.audience import Audience, ShardCount
from realtime_service.adapters.connections import SHARDS, Connections, shard_of
from realtime_service.adapters.errors import StoreUnavailable
from realtime_service.domain.admission import TooManyConnections
from realtime_service.domain.subscriber import ConnectionCount

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

logger = Logger()


@dataclass(frozen=True, slots=True)
class AudienceCounter:
    """Counts the audience. A count that could not be stored is corrected by the next comparison."""

    stored: Audience
    connections: Connections

    @classmethod
    def of(cls, client: "DynamoDBClient", table: str) -> Self:
        """Create a counter for one table of connections."""
        return cls(Audience(client, table), Connections(client, table))

    def opened(self, connection_id: str, *, organiser: bool) -> None:
        """Count a connection that has opened."""
        self._add(connection_id, 1, organiser=organiser)

    def closed(self, connection_id: str, *, organiser: bool) -> None:
        """Count a connection that has closed."""
        self._add(connection_id, -1, organiser=organiser)

    def counts(self) -> tuple[ShardCount, ...]:
        """Return the counts of all shards. Raises `StoreUnavailable`."""
        return self.stored.counts(SHARDS)

    def audience(self, now: datetime) -> int | None:
        """Return the audience size for a ping, or None if the table does not respond.

        Pings also compare counts with connections, for the time in which nothing is broadcast: each ping at
        most one shard, and all pings together each shard once in half a minute.
        """
        try:
            counts = self.counts()
            due = next((count for count in counts if count.check_due(now)), None)
            if due is not None and self.stored.claim_check(due, now):
                subscribers = (each.subscriber for each in self.connections.in_shard(due.shard, now))
                actual = ConnectionCount.of(subscribers)
                self.stored.correct(due, actual, now)
                counts = (
                    *(count for count in counts if count is not due),
                    ShardCount(due.shard, actual, now),
                )
        except StoreUnavailable as error:
            logger.warning("audience not counted", exc_info=error)
            return None
        return total_of(counts).viewers

    def require_room(self, max_connections: int) -> None:
        """Raise `TooManyConnections` if no further connection may open.

        A table that does not respond is no reason to refuse: storing the connection will fail then.
        """
        try:
            connections = total_of(self.counts()).total
        except StoreUnavailable as error:
            logger.warning("connections not counted", exc_info=error)
            return
        if connections >= max_connections:
            raise TooManyConnections("All live connections are in use: fetch GET /results/{poll_id} instead")

    def compare(
        self, seen: Iterable[ShardCount], found: Mapping[int, ConnectionCount], now: datetime
    ) -> None:
        """Correct the counts of shards by the connections that a broadcast has listed, where it is due."""
        try:
            for count in seen:
                if count.check_due(now):
                    self.stored.correct(count, found[count.shard], now)
        except StoreUnavailable as error:
            logger.warning("audience not compared", exc_info=error)

    def to_announce(self, audience: int, now: datetime) -> int | None:
        """Return the audience size if it is to be broadcast now."""
        try:
            return audience if self.stored.moved(audience, now) else None
        except StoreUnavailable as error:
            logger.warning("audience not announced", exc_info=error)
            return None

    def _add(self, connection_id: str, change: int, *, organiser: bool) -> None:
        try:
            self.stored.add(shard_of(connection_id), change, organiser=organiser)
        except StoreUnavailable as error:
            logger.warning("connection not counted", exc_info=error)


def total_of(counts: Iterable[ShardCount]) -> ConnectionCount:
    """Return the sum of shards' counts."""
    return reduce(ConnectionCount.__add__, (count.count for count in counts), ConnectionCount())
