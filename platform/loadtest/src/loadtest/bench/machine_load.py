"""How much of the machine other programs use during a measurement; a ratio of times needs a quiet machine."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import psutil

QUIET: Final = 0.2
"""The largest share of the processors that other programs may use."""


@dataclass
class MachineLoad:
    """The share of all processors that other programs used."""

    others: float = 0.0

    @property
    def is_quiet(self) -> bool:
        """Whether a comparison of times can be trusted."""
        return self.others <= QUIET


@contextmanager
def watch_machine(roots: Iterable[int] = ()) -> Iterator[MachineLoad]:
    """Measure inside; this process, and the processes `roots` with their children, are not others."""
    found, mine = MachineLoad(), {os.getpid(), *roots}
    began, own = psutil.cpu_times(), cpu_seconds_of(mine)
    try:
        yield found
    finally:
        ended = psutil.cpu_times()
        total = sum(ended) - sum(began)
        idle = ended.idle - began.idle + getattr(ended, "iowait", 0) - getattr(began, "iowait", 0)
        busy = total - idle
        found.others = max(0.0, busy - (cpu_seconds_of(mine) - own)) / total if total > 0 else 0.0


def cpu_seconds_of(roots: Iterable[int]) -> float:
    """Return the CPU seconds of processes, their children, and the children that have ended."""
    seconds = 0.0
    for root in roots:
        try:
            process = psutil.Process(root)
            for one in (process, *process.children(recursive=True)):
                times = one.cpu_times()
                seconds += times.user + times.system + times.children_user + times.children_system
        except psutil.Error:
            continue
    return seconds
