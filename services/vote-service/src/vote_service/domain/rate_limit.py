"""Rate limits of new voter tokens, per network and per access code: counters with names that identify
neither.

A voter token is kept for a year and renewed for nothing, so only who has none yet counts. The name is a MAC
under a key of that window alone: counters of two windows, or of two networks, have nothing in common.

A full network refuses newcomers. A genuine code of a poll carries its voter past that limit, so that one
flooder cannot lock the holders of codes out; the code has a limit of its own.
"""

import base64
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Final, Self

from contracts.keys import KeyRing

from vote_service.domain.network import Network
from vote_service.domain.poll import PollCopy

WINDOW: Final = timedelta(minutes=5)
"""As long as that of the firewall at the edge, whose limit lies above ours."""

CODE_WINDOW: Final = timedelta(days=30)
NEW_VOTERS_PER_CODE: Final = 5
"""New voters that one code carries in its window: a voter's devices and cleared cookies, and no flood."""

COUNTER_RETENTION: Final = timedelta(hours=1)
"""How long after its window a counter may go: it is of no use any more."""

_TAG_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Window:
    """Five minutes of the clock, or as long as `length` says, the same ones for everybody."""

    starts_at: datetime
    length: timedelta = WINDOW

    @classmethod
    def at(cls, now: datetime, length: timedelta = WINDOW) -> Self:
        """Return the window that `now` lies in."""
        seconds = int(length.total_seconds())
        return cls(datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, UTC), length)

    @property
    def ends_at(self) -> datetime:
        """When the next one begins."""
        return self.starts_at + self.length

    @property
    def expires_at(self) -> datetime:
        """When a counter of this window may be deleted."""
        return self.ends_at + COUNTER_RETENTION

    def seconds_left(self, now: datetime) -> int:
        """Return after how many whole seconds a new window has begun: at least one."""
        return max(1, ceil((self.ends_at - now).total_seconds()))

    def counter_of(self, network: Network, keys: KeyRing) -> str:
        """Return the name under which a network's new voters are counted in this window."""
        start = str(int(self.starts_at.timestamp()))
        key = keys.derive(keys.current, info=b"voter tokens of a network", salt=start.encode())
        return f"{start}#{_tag(key, network.encode())}"

    def counter_of_code(self, poll: PollCopy, nonce: bytes, keys: KeyRing) -> str:
        """Return the name under which the new voters of a genuine code are counted in this window.

        Its key is made from the poll's salt: once that is destroyed, the counter leads to no code. Raises
        `PollClosed` for an archived poll, or `UnknownKeyId`.
        """
        start = str(int(self.starts_at.timestamp()))
        info = b"voter tokens of a code\x00" + poll.poll_id.encode()
        key = keys.derive(poll.keys.key_id, salt=poll.keys.salt_of_voters(), info=info)
        return f"code#{start}#{_tag(key, start.encode() + b'\x00' + nonce)}"


def _tag(key: bytes, message: bytes) -> str:
    tag = hmac.digest(key, message, "sha256")[:_TAG_BYTES]
    return base64.urlsafe_b64encode(tag).rstrip(b"=").decode()
