"""All benchmarks one after another, each in a process of its own, with one line about each."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from loadtest.bench.machine_load import watch_machine

COMMAND: Final = (str(Path(sys.executable).with_name("dev")), "bench")
NO_RATIO: Final = 3
"""Exit status of a benchmark that refuses a ratio of times, because the machine is too busy."""


BUSY: Final = 1_000
"""Votes a second, and open pages, of the figure for dollars."""


class Status(StrEnum):
    """The result of a benchmark."""

    REACHED = "reached"
    MISSED = "missed"
    NO_RATIO = "no ratio"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Part:
    """A benchmark; `figure` returns its most important figures from its JSON."""

    name: str
    figure: Callable[[Any], str]
    compares_times: bool = False
    """Whether the figure is void on a busy machine. Processor time of short processes is a time, too."""
    as_json: bool = True


def _dollars(found: Any) -> str:
    busy = next(cell for cell in found["cells"] if cell["rate"] == cell["audience"] == BUSY)
    own = busy["ours"]["voting"]
    return f"${own:.2f} of a million votes, with push {busy['share']:.1%} of the literal design"


def _imports(found: Any) -> str:
    ratios = ", ".join(f"{one['ratio']:.2f}" for one in found)
    largest = max(one["package_bytes"] for one in found)
    return f"{ratios} times the clients' imports; packages up to {largest / 1e6:.1f} MB"


def _slowest(found: Any) -> str:
    name, seconds = next(iter(found["seconds"].items()))
    return f"at most {seconds * 1000:.1f} ms of CPU for an event ({name}), {len(found['seconds'])} functions"


def _slow_page(found: Any) -> str:
    return (
        f"can vote in {found['can_vote_ratio']:.2f}, confirmed in {found['confirmed_ratio']:.2f} "
        f"of the time of {found['revision'][:8]}"
    )


def _tasks(found: Any) -> str:
    return ", ".join(f"{one['page']}: hardest task {one['worked']:.1f} ms" for one in found["pages"])


def _votes(found: Any) -> str:
    cpu = f"the literal design takes {found['cpu_ratio']:.2f} times the processor time"
    return cpu if found["ratio"] is None else f"{found['ratio']:.2f} times the literal design's voters; {cpu}"


PARTS: Final = (
    Part("cost", _dollars),
    Part("imports", _imports, compares_times=True),
    Part("handlers", _slowest),
    Part("broadcast", lambda found: f"a post takes 1 : {found['ratio']:.1f} of boto3's", compares_times=True),
    Part("page", lambda found: f"{found['requests']} requests, {found['compressed'] / 1024:.1f} KB"),
    Part("slow-page", _slow_page),
    Part("dashboard", _tasks),
    Part("votes", _votes),
    Part("exactness", lambda found: ", ".join(f"{name}: {n:,} wrong" for name, n in found["wrong"].items())),
    Part(
        "start", lambda found: f"cold {found['cold']:.0f} s, warm {found['warm']:.0f} s", compares_times=True
    ),
    Part("upgrade", lambda found: f"{found['voters']} voters, {found['consistency']}"),
    Part("properties", lambda _: "", as_json=False),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a part, its most important figures, its JSON, and the load by other programs."""

    name: str
    status: Status
    figure: str
    seconds: float
    others: float
    found: Any


def run_parts(
    parts: Iterable[Part], emulator: int | None = None, command: tuple[str, ...] = COMMAND
) -> Iterator[Outcome]:
    """Run parts one after another; `emulator` is the running stack's process, which is no other program."""
    for part in parts:
        began = time.monotonic()
        options = ["--json"] if part.as_json else []
        with watch_machine([emulator] if emulator else []) as load:
            done = subprocess.run(
                [*command, part.name, *options], capture_output=True, text=True, check=False
            )
        status, figure, found = _judge(part, done.returncode, done.stdout, done.stderr)
        if part.compares_times and not load.is_quiet and status is not Status.FAILED:
            status, figure = Status.NO_RATIO, "the machine was too busy for a comparison of times"
        yield Outcome(part.name, status, figure, time.monotonic() - began, load.others, found)


def _judge(part: Part, code: int, printed: str, reported: str) -> tuple[Status, str, Any]:
    try:
        found = json.loads(printed) if part.as_json else None
        figure = part.figure(found)
    except (ValueError, LookupError, TypeError):
        said = [line.strip() for line in (reported or printed).splitlines() if line.strip()]
        return Status.FAILED, next((line for line in reversed(said) if "✗" in line), "".join(said[-1:])), None
    known = {0: Status.REACHED, 1: Status.MISSED, NO_RATIO: Status.NO_RATIO}
    return known.get(code, Status.FAILED), figure, found
