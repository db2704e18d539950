"""How many watch, for whoever pings: as told a moment ago, else as one of those who ask counts.

Before the first vote, in a countdown say, nothing is broadcast, and nobody would be told.
"""

from datetime import datetime

from aws_lambda_powertools import Logger

from realtime_service.domain.viewer import audience
from realtime_service.store.connections import Connections
from realtime_service.store.errors import StoreUnavailable
from realtime_service.store.presence import COUNTED_AT_MOST_EVERY, Presence

logger = Logger()


def watching(presence: Presence, connections: Connections, now: datetime) -> int | None:
    """Return the number, None if it is not known; a ping is answered whatever becomes of it."""
    try:
        fresh = presence.known(now, COUNTED_AT_MOST_EVERY)
        if fresh is not None or not presence.claimed(now):
            return presence.known(now) if fresh is None else fresh
        viewers = audience(connection.viewer for connection in connections.everyone())
        presence.counted(viewers, now)
    except StoreUnavailable as error:
        logger.warning("viewers not counted", exc_info=error)
        return None
    return viewers
