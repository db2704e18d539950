"""Random schedules by seed: records, deliveries, and faults at certain calls."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from .faults import Fault, Kind
from .log import POLLS, SHARDS, Log
from .stream import After, Delivery
from .world import World

KINDS: Final = ("a", "a", "b", "b", "poison", "tampered")
TIMES: Final = tuple(timedelta(seconds=seconds) for seconds in (-2, 1, 60, 700, 5 * 3600))
CALLS: Final = 12
"""A fault hits one of the first so many calls of an invocation; most invocations make about eight."""


@dataclass(frozen=True, slots=True)
class Step:
    """One method call on the world. A step is skipped if the world does not have the method."""

    method: str
    arguments: tuple[Any, ...] = ()

    def take(self, world: Log) -> None:
        """Make the call."""
        method: Callable[..., None] | None = getattr(world, self.method, None)
        if method is not None:
            method(*self.arguments)


type Schedule = tuple[Sequence[Step], Sequence[Step]]
"""The steps before each of two rests. Every poll is open at the first rest, and closed at the second."""


def random_schedule(seed: int) -> Schedule:
    """Return the schedule of this seed."""
    chance = random.Random(seed)
    halves = []
    for _ in range(2):
        steps = [_step(chance) for _ in range(chance.randint(6, 18))]
        # Two events of each poll in each half: created and opened, then closing and closed.
        for poll in (*range(len(POLLS)), *range(len(POLLS))):
            steps.insert(chance.randint(0, len(steps)), Step("announce", (poll,)))
        halves.append(steps)
    return halves[0], halves[1]


def run(schedule: Schedule) -> list[str]:
    """Return all differences that the real functions leave, at both rests."""
    world = World()
    found = []
    for steps in schedule:
        for step in steps:
            step.take(world)
        world.settle()
        found += world.differences()
    return found


def run_counter(schedule: Schedule, log: Log) -> list[str]:
    """Return the counting errors of one counting function, once everything has been delivered."""
    for steps in schedule:
        for step in steps:
            step.take(log)
    log.count_mapping.drain()
    return log.miscounted()


def _step(chance: random.Random) -> Step:  # noqa: PLR0911, PLR0912 (one for each action)
    match chance.choices(list(_WEIGHTS), list(_WEIGHTS.values()))[0]:
        case "vote":
            return Step("vote_some", (tuple(_vote(chance) for _ in range(chance.randint(1, 4))),))
        case "count":
            return Step("deliver_votes", (chance.randrange(SHARDS + 4), _delivery(chance)))
        case "poll_events":
            return Step("deliver_poll_events", (_delivery(chance),))
        case "changes":
            return Step("deliver_changes", (_delivery(chance),))
        case "order":
            return Step("deliver_order", (chance.randrange(8), _fault(chance), chance.random() < 0.2))
        case "audience":
            return Step("count_audience", (chance.choice((2, 100_000)),))
        case "split":
            return Step("split", (chance.randrange(8),))
        case "late":
            return Step("deliver_late", (chance.randrange(6),))
        case "window":
            return Step("end_window", (chance.randrange(8),))
        case "forget":
            return Step("forget", (chance.randrange(8),))
        case "replace":
            return Step("replace_stream")
        case "rebuild":
            return Step("begin_rebuild", (chance.randrange(len(POLLS)), _fault(chance)))
        case "show":
            return Step("show_rebuilt", (chance.randrange(len(POLLS)), _fault(chance)))
        case _:
            return Step("pass_time", (chance.choice(TIMES),))


def _vote(chance: random.Random) -> tuple[int, int, str]:
    return chance.randrange(8), chance.randrange(len(POLLS)), chance.choice(KINDS)


def _delivery(chance: random.Random) -> Delivery:
    return Delivery(
        size=chance.randint(1, 5),
        back=chance.choice((0, 0, 0, 0, 1, 3)),
        fault=_fault(chance),
        after=chance.choice(tuple(After)),
        earlier=chance.randrange(6),
    )


def _fault(chance: random.Random) -> Fault | None:
    if chance.random() < 0.4:
        return None
    return Fault(chance.choice(tuple(Kind)), chance.randrange(CALLS))


_WEIGHTS: Final = {
    "vote": 6.0, "count": 8.0, "poll_events": 3.0, "changes": 5.0, "split": 0.5, "late": 1.0, "window": 1.0,
    "time": 2.0, "order": 3.0, "audience": 0.5, "forget": 0.15, "replace": 0.1, "rebuild": 0.4, "show": 0.4,
}  # fmt: skip
