"""Benchmark: start of a stack of its own, cold without any data, then warm with nothing changed.

The downloaded packages of an earlier start are used in both.
"""

import time
from dataclasses import dataclass

from devkit.progress import Progress
from laptop.emulator import process
from laptop.instance import Instance
from laptop.startup import bring_up

from loadtest.bench.machine_load import watch_machine


@dataclass(frozen=True, slots=True)
class Start:
    """Seconds until the stack takes votes, and the share of the processors that other programs used."""

    cold: float
    warm: float
    others: float
    is_quiet: bool


def measure(instance: Instance, progress: Progress) -> Start:
    """Start the instance twice, and stop it."""
    with watch_machine() as load:
        try:
            cold = _start(instance, progress)
            process.stop(instance)
            warm = _start(instance, progress)
        finally:
            process.stop(instance)
    return Start(cold, warm, load.others, load.is_quiet)


def _start(instance: Instance, progress: Progress) -> float:
    began = time.monotonic()
    bring_up(instance, False, progress)
    return time.monotonic() - began
