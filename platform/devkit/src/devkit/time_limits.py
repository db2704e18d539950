"""Time limits that scale with the measured speed of this machine."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

_ROUNDS: Final = 100_000
_SAMPLES: Final = 8
# Time of all samples on one idle core of a machine of 2022.
_IDLE_SECONDS: Final = 0.2


def slowness() -> float:
    """Return how much slower a fixed CPU workload runs now than on an idle reference machine.

    The workload competes with all other processes, so this measures their load and the processor's speed
    together. The result is at least 1, so a fast machine gets the usual limits.
    """
    began = time.monotonic()
    for _ in range(_SAMPLES):
        hashlib.pbkdf2_hmac("sha256", b"", b"", _ROUNDS)
    return max(1.0, (time.monotonic() - began) / _IDLE_SECONDS)


@dataclass
class Allowance:
    """A deadline in seconds of an idle machine.

    The machine's speed is measured at the start, and again before the deadline counts as passed, so load that
    begins in between extends it.
    """

    seconds: float
    measure: Callable[[], float] = slowness
    clock: Callable[[], float] = time.monotonic
    factor: float = field(init=False)
    _began: float = field(init=False)

    def __post_init__(self) -> None:
        self._began = self.clock()
        self.factor = self.measure()

    def passed(self) -> bool:
        """Return whether the deadline has passed, at the machine's current speed."""
        if self.elapsed() <= self.limit:
            return False
        self.factor = max(self.factor, self.measure())
        return self.elapsed() > self.limit

    def elapsed(self) -> float:
        """Return the elapsed seconds since the start, in real time."""
        return self.clock() - self._began

    @property
    def limit(self) -> float:
        """The deadline in real seconds, at the machine's last measured speed."""
        return self.seconds * self.factor
