"""`python -m tests.exactness FIRST COUNT`: runs schedules by seed; prints a line of JSON now and then."""

import json
import sys
from collections import Counter
from typing import Any

from .handlers import at_hand
from .log import Log
from .naive import SCHEMES, counter
from .schedule import random_schedule, run, run_counter

LINE_EVERY = 50
OURS = "mark per shard"


def main(first: int, count: int) -> None:
    """Run `count` schedules from seed `first`, each by every scheme; print how many went wrong."""
    wrong: Counter[str] = Counter()
    examples: dict[int, list[str]] = {}
    for done, seed in enumerate(range(first, first + count), start=1):
        schedule = random_schedule(seed)
        if found := run(schedule):
            wrong[OURS] += 1
            examples[seed] = found
        for name, scheme in SCHEMES.items():
            wrong[name] += bool(run_counter(schedule, Log(counter(scheme))))
        if done % LINE_EVERY == 0 or done == count:
            said: dict[str, Any] = {"done": done, "wrong": {name: wrong[name] for name in (OURS, *SCHEMES)}}
            print(
                json.dumps(said | {"examples": dict(list(examples.items())[:3])}),
                file=sys.__stdout__,
                flush=True,
            )


if __name__ == "__main__":
    with at_hand():
        main(int(sys.argv[1]), int(sys.argv[2]))
