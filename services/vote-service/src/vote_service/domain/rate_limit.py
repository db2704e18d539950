"""Rate limits of new voter tokens, per network and per access code, with anonymous counter names.

A browser keeps its voter token for a year, and a renewal is not counted, so only new voters count. A
counter's name is a MAC with a key of its window, so counters of different windows or networks cannot be
linked.

A network at its limit gets no new voter tokens. A genuine code bypasses that limit, so that a flood cannot
lock out the holders of codes; each code has its own limit.
"""

import base64
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Final, Self

from contracts.key_ring import KeyRing
from contracts.network import Network

from vote_service.domain.poll import PollCopy

WINDOW: Final = timedelta(minutes=5)
"""The same length as the window of the firewall at the edge, which has a higher limit."""

CODE_WINDOW: Final = timedelta(days=30)
NEW_VOTERS_PER_CODE: Final = 5
"""New voters per code and window: enough for a voter's devices and cleared cookies."""

COUNTER_RETENTION: Final = timedelta(hours=1)
"""Time after the window when its counter expires."""

_TAG_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Window:
    """A fixed time window, aligned to the clock; five minutes by default."""

    starts_at: datetime
    length: timedelta = WINDOW

    @classmethod
    def at(cls, now: datetime, length: timedelta = WINDOW) -> Self:
        """Return the window that contains `now`."""
        seconds = int(length.total_seconds())
        return cls(datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, UTC), length)

    @property
    def ends_at(self) -> datetime:
        """The start of the next window."""
        return self.starts_at + self.length

    @property
    def expires_at(self) -> datetime:
        """The time when a counter of this window may be deleted."""
        return self.ends_at + COUNTER_RETENTION

    def seconds_left(self, now: datetime) -> int:
        """Return the seconds until the next window, rounded up, at least one."""
        return max(1, ceil((self.ends_at - now).total_seconds()))

    def counter_of(self, network: Network, keys: KeyRing) -> str:
        """Return the name of the counter of a network's new voters in this window."""
        start = str(int(self.starts_at.timestamp()))
        key = keys.derive(keys.current, info=b"voter tokens of a network", salt=start.encode())
        return f"{start}#{_tag(key, network.encode())}"

    def counter_of_code(self, poll: PollCopy, nonce: bytes, keys: KeyRing) -> str:
        """Return the name of the counter of a genuine code's new voters in this window.

        Its key is derived from the poll's salt; once the salt is destroyed, the name cannot be linked to a
        code. Raises `PollClosed` for an archived poll, or `UnknownKeyId`.
        """
        start = str(int(self.starts_at.timestamp()))
        info = b"voter tokens of a code\x00" + poll.poll_id.encode()
        key = keys.derive(poll.keys.key_id, salt=poll.keys.salt_of_voters(), info=info)
        return f"code#{start}#{_tag(key, start.encode() + b'\x00' + nonce)}"


def _tag(key: bytes, message: bytes) -> str:
    tag = hmac.digest(key, message, "sha256")[:_TAG_BYTES]
    return base64.urlsafe_b64encode(tag).rstrip(b"=").decode()
