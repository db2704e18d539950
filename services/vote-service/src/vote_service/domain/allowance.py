"""How many new voters one network brings: so many in a window of time, under a name that says nothing.

A ballot is kept for a year and renewed for nothing, so only who has none yet counts. The name is a MAC under
a key of that window alone: counters of two windows, or of two networks, have nothing in common.
"""

import base64
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Final, Self

from contracts.keys import KeyRing

from vote_service.domain.network import Network

WINDOW: Final = timedelta(minutes=5)
"""As long as that of the firewall at the edge, whose limit lies above ours."""

FORGOTTEN_AFTER: Final = timedelta(hours=1)
"""How long after its window a counter may go: it is of no use any more."""

_TAG_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Window:
    """Five minutes of the clock, the same ones for everybody."""

    starts_at: datetime

    @classmethod
    def at(cls, now: datetime) -> Self:
        """Return the window that `now` lies in."""
        length = int(WINDOW.total_seconds())
        return cls(datetime.fromtimestamp(int(now.timestamp()) // length * length, UTC))

    @property
    def ends_at(self) -> datetime:
        """When the next one begins."""
        return self.starts_at + WINDOW

    def seconds_left(self, now: datetime) -> int:
        """Return after how many whole seconds a new window has begun: at least one."""
        return max(1, ceil((self.ends_at - now).total_seconds()))

    def counter_of(self, network: Network, keys: KeyRing) -> str:
        """Return the name under which a network's new voters are counted in this window."""
        start = str(int(self.starts_at.timestamp()))
        key = keys.derive(keys.current, info=b"ballots of a network", salt=start.encode())
        tag = hmac.digest(key, network.encode(), "sha256")[:_TAG_BYTES]
        return f"{start}#{base64.urlsafe_b64encode(tag).rstrip(b'=').decode()}"
