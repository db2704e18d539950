"""The plan of a load test: taps and their times, drawn from a seed before the first request."""

import random
from dataclasses import dataclass
from enum import Enum
from itertools import cycle
from typing import Final

from contracts.enums import Choice

SOON_SECONDS: Final = (0.5, 3.0)
"""Delay of a "later" tap after the first one."""


class DoubleTap(Enum):
    """The kinds of a voter's second tap."""

    SAME_AT_ONCE = ("same option, at once", True, True)
    OTHER_LATER = ("other option, later", False, False)
    SAME_LATER = ("same option, later", True, False)
    OTHER_AT_ONCE = ("other option, at once", False, True)

    def __init__(self, label: str, same: bool, at_once: bool) -> None:
        self.label = label
        self.same = same
        self.at_once = at_once


@dataclass(frozen=True, slots=True)
class Tap:
    """One tap on an option, `delay` seconds after the voter's first."""

    choice: Choice
    delay: float


@dataclass(frozen=True, slots=True)
class VoterPlan:
    """One voter: arrives `arrival` seconds after the start and taps once or twice."""

    arrival: float
    taps: tuple[Tap, ...]
    double_tap: DoubleTap | None


def plan_crowd(voters: int, rate: float, double_taps: float, chance: random.Random) -> list[VoterPlan]:
    """Return one plan per voter, by arrival.

    Voters arrive evenly, `rate` a second. Of them `round(voters * double_taps)` tap twice, all kinds of
    second tap equally often. Raises `ValueError` for a number out of range.
    """
    if voters < 1:
        raise ValueError("a crowd has at least one voter")
    if rate <= 0:
        raise ValueError("the rate is voters per second and above zero")
    if not 0 <= double_taps <= 1:
        raise ValueError("double taps are a share between 0 and 1")
    impatient = set(chance.sample(range(voters), round(voters * double_taps)))
    kinds = cycle(DoubleTap)
    return [
        _plan(number / rate, chance, next(kinds) if number in impatient else None) for number in range(voters)
    ]


def _plan(arrival: float, chance: random.Random, double_tap: DoubleTap | None) -> VoterPlan:
    first = chance.choice(list(Choice))
    taps = [Tap(first, 0.0)]
    if double_tap is not None:
        other = Choice.B if first is Choice.A else Choice.A
        delay = 0.0 if double_tap.at_once else chance.uniform(*SOON_SECONDS)
        taps.append(Tap(first if double_tap.same else other, delay))
    return VoterPlan(arrival, tuple(taps), double_tap)
