"""For `./dev bench`: `python -m tests.exactness` prints JSON lines: `schedules`, `cost` or `broadcasts`."""

import json
import sys
from collections import Counter
from typing import Any

from .broadcasts import AUDIENCES, RATES, broadcasts
from .cost import BATCHES, cost
from .handlers import at_hand
from .log import Log
from .naive import SCHEMES, counter
from .schedule import random_schedule, run, run_counter

LINE_EVERY = 50
OURS = "mark per shard"


def run_schedules(first: int, count: int) -> None:
    """Run `count` schedules from seed `first`, each by every scheme; print the number of wrong ones."""
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
            report: dict[str, Any] = {"done": done, "wrong": {name: wrong[name] for name in (OURS, *SCHEMES)}}
            _print_json(report | {"examples": dict(list(examples.items())[:3])})


def _print_json(report: dict[str, Any]) -> None:
    print(json.dumps(report), file=sys.__stdout__, flush=True)


if __name__ == "__main__":
    with at_hand():
        match sys.argv[1:]:
            case ["schedules", first, count]:
                run_schedules(int(first), int(count))
            case ["cost"]:
                _print_json({"costs": [cost(batch).as_json() for batch in BATCHES]})
            case ["broadcasts"]:
                for audience in AUDIENCES:
                    for rate in RATES:
                        _print_json(broadcasts(rate, audience).as_json())
            case _:
                sys.exit(__doc__)
