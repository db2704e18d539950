"""Return the audience size for a ping: the stored size if it is recent, otherwise by counting.

Before the first vote, in a countdown for example, nothing is broadcast, so pings must count.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Self

from aws_lambda_powertools import Logger

from realtime_service.adapters.audience import COUNT_INTERVAL, AudienceSizes
from realtime_service.adapters.connections import Connections
from realtime_service.adapters.errors import StoreUnavailable
from realtime_service.domain.subscriber import audience_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

logger = Logger()


@dataclass(frozen=True, slots=True)
class AudienceCounter:
    """Counts the audience."""

    sizes: AudienceSizes
    connections: Connections

    @classmethod
    def of(cls, client: "DynamoDBClient", table: str) -> Self:
        """Create a counter for one table of connections."""
        return cls(AudienceSizes(client, table), Connections(client, table))

    def audience(self, now: datetime) -> int | None:
        """Return the audience size, or None if it is unknown or the table does not respond."""
        try:
            fresh = self.sizes.known(now, COUNT_INTERVAL)
            if fresh is not None or not self.sizes.claimed(now):
                return self.sizes.known(now) if fresh is None else fresh
            audience = audience_of(connection.subscriber for connection in self.connections.everyone(now))
            self.sizes.counted(audience, now)
        except StoreUnavailable as error:
            logger.warning("audience not counted", exc_info=error)
            return None
        return audience
