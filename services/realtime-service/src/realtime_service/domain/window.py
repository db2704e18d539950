"""Broadcast windows: a poll's pages get at most one broadcast in each.

Over any time `t`, the broadcasts of a poll are at most `t / window + 1.25`.
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

type WindowNumber = int
"""Consecutive number of a poll's windows; the first is 1."""


@dataclass(frozen=True, slots=True)
class BroadcastLimits:
    """The shortest window, and the posts per second that all broadcasts may use of the account's quota."""

    window: timedelta
    posts_per_second: int

    def window_for(self, connections: int) -> timedelta:
        """Return the length of a window in which every connection can get one post."""
        return max(self.window, timedelta(seconds=connections / self.posts_per_second))


@dataclass(frozen=True, slots=True)
class OpenWindow:
    """A window in which the poll's broadcast has been sent; the next change waits for its end."""

    number: WindowNumber
    ends_at: datetime
    awaited: bool
    """Whether a broadcast at its end is ordered already."""

    def nearly_over(self, now: datetime, length: timedelta) -> bool:
        """Return whether less than a quarter of it is left."""
        return self.ends_at - now <= length / 4

    def delay(self, now: datetime) -> int:
        """Return the whole seconds until its end, rounded up: a queue delays messages by whole seconds."""
        return max(0, math.ceil((self.ends_at - now).total_seconds()))
