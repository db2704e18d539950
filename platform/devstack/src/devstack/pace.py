"""Time limits that scale with the measured speed of this machine."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

_ROUNDS: Final = 100_000
_SAMPLES: Final = 8
# All samples together, on one idle core of a machine of 2022.
_IDLE_SECONDS: Final = 0.2


def slowness() -> float:
    """Return how many times longer a known piece of CPU work takes here and now than on an idle machine.

    The work competes with all other processes, so this measures their load and the processor's speed at once.
    It is at least 1: a fast machine gets the usual limits.
    """
    began = time.monotonic()
    for _ in range(_SAMPLES):
        hashlib.pbkdf2_hmac("sha256", b"", b"", _ROUNDS)
    return max(1.0, (time.monotonic() - began) / _IDLE_SECONDS)


@dataclass
class Allowance:
    """A deadline in seconds of an idle machine.

    The machine's speed is measured at the start, and again before the deadline counts as passed: load that
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
        """Report whether the deadline has passed, even by the machine's present speed."""
        if self.elapsed() <= self.limit:
            return False
        self.factor = max(self.factor, self.measure())
        return self.elapsed() > self.limit

    def elapsed(self) -> float:
        """Return the seconds since the start, by the clock on the wall."""
        return self.clock() - self._began

    @property
    def limit(self) -> float:
        """The seconds on the wall that the allowance amounts to at present."""
        return self.seconds * self.factor
