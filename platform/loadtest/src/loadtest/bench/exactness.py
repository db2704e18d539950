"""Benchmark: count votes under random fault schedules, in several processes, and add up the results.

The schedules are in `tests/exactness`; each process reports its progress as JSON lines.
"""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from devkit.checkout import ROOT
from devkit.failure import Failure

OURS: Final = "mark per shard"
MODULE: Final = "tests.exactness"
ERROR_LINES: Final = 15


@dataclass(frozen=True, slots=True)
class Exactness:
    """The number of wrong counts of each scheme; `examples` are differences of our scheme, by seed."""

    schedules: int
    wrong: dict[str, int]
    examples: dict[str, list[str]]

    @property
    def as_claimed(self) -> bool:
        """Whether only our scheme is always right; otherwise the schedules prove nothing."""
        return all((count == 0) is (name == OURS) for name, count in self.wrong.items())


@dataclass
class _Sum:
    parts: dict[int, dict[str, Any]] = field(default_factory=dict)

    def total(self) -> Exactness:
        wrong: Counter[str] = Counter()
        examples: dict[str, list[str]] = {}
        for part in self.parts.values():
            wrong.update(part["wrong"])
            examples |= part["examples"]
        return Exactness(sum(part["done"] for part in self.parts.values()), dict(wrong), examples)


def run(schedules: int, first: int, processes: int, show: Callable[[Exactness], None]) -> Exactness:
    """Run the schedules with seeds from `first`; `show` is called with each intermediate result.

    Raises:
        Failure: a process failed; with the end of its error output.
    """
    found = _Sum()

    def work(place: int) -> None:
        share = range(place, schedules, processes)
        begin = first + sum(len(range(other, schedules, processes)) for other in range(place))
        with json_lines_of(MODULE, "schedules", str(begin), str(len(share))) as lines:
            for line in lines:
                found.parts[place] = line
                show(found.total())

    with ThreadPoolExecutor(processes) as pool:
        list(pool.map(work, range(min(processes, schedules))))
    return found.total()


def cost() -> list[dict[str, Any]]:
    """Return the units per vote by batch size, as `tests/exactness/cost.py` computes them."""
    with json_lines_of(MODULE, "cost") as lines:
        costs: list[dict[str, Any]] = next(lines)["costs"]
    return costs


def broadcasts() -> list[dict[str, Any]]:
    """Return the messages per vote by rate and audience, as `tests/exactness/broadcasts.py` counts them."""
    with json_lines_of(MODULE, "broadcasts") as lines:
        return list(lines)


@contextmanager
def json_lines_of(module: str, *arguments: str) -> Iterator[Iterator[dict[str, Any]]]:
    """Run a module of the tests, and yield its output as JSON lines.

    Raises:
        Failure: the process failed; with the end of its error output.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    process = subprocess.Popen(
        [sys.executable, "-m", module, *arguments], cwd=ROOT, env=environment, text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    with process:
        try:
            yield (json.loads(line) for line in process.stdout or ())
        except BaseException:
            process.kill()
            raise
        said = process.stderr.read() if process.stderr else ""
        if process.wait():
            raise Failure("The benchmark process failed.", "\n".join(said.splitlines()[-ERROR_LINES:]))
