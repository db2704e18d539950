"""Rate limits of the simulation: token buckets that also record their use."""

from collections import defaultdict
from dataclasses import dataclass, field
from math import floor, inf

import simpy

_ROUNDING = 1e-9


@dataclass(slots=True)
class TokenBucket:
    """Grants `rate` tokens a second, and `burst` at once; records the use and the refusals of each second."""

    env: simpy.Environment
    rate: float
    burst: float = 0
    granted: defaultdict[int, float] = field(default_factory=lambda: defaultdict(float))
    """Tokens by second."""
    refused: defaultdict[int, int] = field(default_factory=lambda: defaultdict(int))
    """Requests by second."""
    _level: float = field(init=False)
    _filled_at: float = field(init=False)

    def __post_init__(self) -> None:
        self._level, self._filled_at = self._full, self.env.now

    def grant(self, requests: int, tokens: float) -> int:
        """Return how many of these requests pass, each of which takes so many tokens."""
        if tokens == 0:
            return requests
        self._fill()
        passed = requests if self.rate == inf else min(requests, int(self._level / tokens + _ROUNDING))
        self._level -= passed * tokens if self.rate < inf else 0
        self.granted[floor(self.env.now)] += passed * tokens
        self.refused[floor(self.env.now)] += requests - passed
        return passed

    def add(self, tokens: float) -> None:
        """Add tokens that are there at once, such as those of a new environment."""
        self._level += tokens

    @property
    def peak(self) -> float:
        """The most tokens that were taken in a second."""
        return max(self.granted.values(), default=0)

    @property
    def _full(self) -> float:
        return max(self.burst, self.rate)

    def _fill(self) -> None:
        if self.rate < inf:
            passed = self.env.now - self._filled_at
            self._level = min(self._full, self._level + self.rate * passed)
        self._filled_at = self.env.now


@dataclass(slots=True)
class Function:
    """The environments of a Lambda function, of which it gets new ones at a limited rate."""

    growth: TokenBucket
    seconds: float
    """How long a request holds an environment: a tenth of a second at least, as ten a second are the most."""
    environments: TokenBucket = field(init=False)

    def __post_init__(self) -> None:
        start = inf if self.growth.rate == inf else 0
        self.environments = TokenBucket(self.growth.env, start)

    def grant(self, requests: int) -> int:
        """Return how many requests get an environment."""
        passed = self.environments.grant(requests, self.seconds)
        while passed < requests and (new := self._grow((requests - passed) * self.seconds)):
            self.environments.rate += new
            self.environments.add(new)
            passed += self.environments.grant(requests - passed, self.seconds)
        return passed

    def _grow(self, environments: float) -> int:
        return self.growth.grant(max(1, int(environments)), 1)
