"""Limit of the tickets of one network, so that no network can take all connections.

A counter's name is a MAC with a key of its window: counters of different windows cannot be linked, and no
address is stored.
"""

import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Self

from contracts.domain_error import DomainError
from contracts.key_ring import KeyRing
from contracts.network import Network

WINDOW: Final = timedelta(hours=2)
"""API Gateway closes a connection after as long, so a network has at most two windows' tickets open."""


class TooManyTickets(DomainError):
    """The network has reached its limit of tickets."""

    retry_after = 900


@dataclass(frozen=True, slots=True)
class NetworkWindow:
    """The counter of a network's tickets in the window that contains a moment."""

    name: str
    ends_at: datetime

    @classmethod
    def of(cls, network: Network, keys: KeyRing, now: datetime) -> Self:
        """Return the counter of a network now."""
        seconds = int(WINDOW.total_seconds())
        start = int(now.timestamp()) // seconds * seconds
        key = keys.derive(keys.current, info=b"tickets of a network", salt=str(start).encode())
        tag = hmac.digest(key, network.encode(), "sha256")[:16].hex()
        return cls(f"{start}#{tag}", datetime.fromtimestamp(start, UTC) + WINDOW)
