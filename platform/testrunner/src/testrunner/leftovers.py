"""Stops leftover processes of a test run: workers, browsers, emulators and their functions."""

import os
import uuid
from collections.abc import Iterator
from typing import Final

import psutil
from devkit.time_limits import Allowance

VARIABLE: Final = "DEV_TEST_RUN"
"""Environment variable with the run's id, set for all processes that a run starts; children inherit it."""

GRACE_SECONDS: Final = 20.0


def new_run() -> str:
    """Return a new id of a test run."""
    return uuid.uuid4().hex


def processes_of(run: str) -> Iterator[psutil.Process]:
    """Yield each live process that this run has started, directly or indirectly."""
    for process in psutil.process_iter():
        try:
            marked = process.environ().get(VARIABLE) == run
            if marked and process.pid != os.getpid() and process.status() != psutil.STATUS_ZOMBIE:
                yield process
        except (psutil.Error, OSError):
            continue  # a process of another user, or one that has ended


def end_all(run: str) -> list[str]:
    """Stop the run's processes, gracefully first, and return their names."""
    left = list(processes_of(run))
    names = [_name(process) for process in left]
    for process in left:
        _signal(process, kill=False)
    deadline = Allowance(GRACE_SECONDS)
    while left and not deadline.passed():
        _, left = psutil.wait_procs(left, timeout=1)
    # An emulator starts functions until it has ended, so list the processes again.
    for process in [*left, *processes_of(run)]:
        _signal(process, kill=True)
    return names


def _signal(process: psutil.Process, *, kill: bool) -> None:
    try:
        if kill:
            process.kill()
        else:
            process.terminate()
    except psutil.Error:
        return


def _name(process: psutil.Process) -> str:
    try:
        return f"{process.pid} {' '.join(process.cmdline())[:100]}"
    except psutil.Error:
        return str(process.pid)
