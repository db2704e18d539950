"""Switches faults in the running emulator on and off, and kills function processes."""

import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import httpx
import psutil
from devkit.failure import Failure
from laptop.emulator.process import function_processes
from laptop.instance import Instance

from loadtest.chaos.schedules import Schedule

# Not imported from the emulator's module, which imports all of ministack.
CONTROL_PATH = "/_laptop/faults"


@dataclass
class InjectedFault:
    """The injected faults: counts by call and kind from the emulator, and the number of killed processes."""

    calls: dict[str, int] = field(default_factory=dict)
    killed: int = 0
    began_at: float = 0.0
    """By this process's monotonic clock."""


@contextmanager
def faults(instance: Instance, schedule: Schedule) -> Iterator[InjectedFault]:
    """Inject faults while the block runs; `InjectedFault` is complete after it."""
    struck, over = InjectedFault(), threading.Event()
    killer = threading.Thread(target=_kill, args=(instance, schedule.kill_every, over, struck), daemon=True)
    _control(instance, "PUT", list(schedule.rules))
    struck.began_at = time.monotonic()
    killer.start()
    try:
        yield struck
    finally:
        over.set()
        killer.join()
        struck.calls = _control(instance, "DELETE", None)


def _control(instance: Instance, method: str, rules: list[dict[str, object]] | None) -> dict[str, int]:
    answer = httpx.request(
        method, f"{instance.endpoint}{CONTROL_PATH}", json=rules, timeout=30, trust_env=False
    )
    if not answer.is_success:
        raise Failure(
            "The emulator rejects the fault rules.", f"{answer.text}\nRestart it: ./dev down, ./dev up"
        )
    struck: dict[str, int] = answer.json()["struck"]
    return struck


def _kill(instance: Instance, every: float | None, over: threading.Event, struck: InjectedFault) -> None:
    while every is not None and not over.wait(every * random.uniform(0.5, 1.5)):  # noqa: S311
        with suppress(psutil.Error):
            workers = function_processes(instance)
            if workers:
                random.choice(workers).kill()  # noqa: S311 (any of them)
                struck.killed += 1
