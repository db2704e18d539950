"""How many watch, for whoever pings: as told a moment ago, else as one of those who ask counts.

Before the first vote, in a countdown say, nothing is broadcast, and nobody would be told.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Self

from aws_lambda_powertools import Logger

from realtime_service.adapters.audience import COUNT_INTERVAL, Presence
from realtime_service.adapters.connections import Connections
from realtime_service.adapters.errors import StoreUnavailable
from realtime_service.domain.subscriber import audience

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

logger = Logger()


@dataclass(frozen=True, slots=True)
class AudienceCounter:
    """Counts those who watch."""

    presence: Presence
    connections: Connections

    @classmethod
    def of(cls, client: "DynamoDBClient", table: str) -> Self:
        """Return a count of the connections that one table holds."""
        return cls(Presence(client, table), Connections(client, table))

    def viewers(self, now: datetime) -> int | None:
        """Return the number, None if it is not known; a ping is answered whatever becomes of it."""
        try:
            fresh = self.presence.known(now, COUNT_INTERVAL)
            if fresh is not None or not self.presence.claimed(now):
                return self.presence.known(now) if fresh is None else fresh
            viewers = audience(connection.viewer for connection in self.connections.everyone(now))
            self.presence.counted(viewers, now)
        except StoreUnavailable as error:
            logger.warning("viewers not counted", exc_info=error)
            return None
        return viewers
