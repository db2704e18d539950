"""ministack starts a process for every concurrent call at once; 32 first voters are some hundred Pythons.

On two cores each then waits for all, past the functions' timeouts: 30 of 200 calls answered 502. Here a
function grows by one process at a time, up to a limit; a call that finds none free waits for whichever comes
first, a process that gets free or its turn to start one. Lambda grows at once, and has the cores to.
"""

import os
import threading
import time
from collections import defaultdict
from typing import Any, Final

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

PROCESSES_PER_FUNCTION: Final = max(8, 4 * (os.cpu_count() or 1))
# A waiting call gives up waiting and starts its own process: a function that calls itself must not deadlock.
WAIT_SECONDS: Final = 8.0

type Lease = tuple[Any, str]

_changed = threading.Condition()
_starting: dict[str, int] = defaultdict(int)


def acquire(
    function: str,
    config: dict[str, Any],
    code: bytes,
    qualifier: str = "$LATEST",
    max_concurrency: int | None = None,
) -> Lease:
    """Lease a free process of this function, or start one; answers as ministack's `acquire_worker` does."""
    key = lambda_runtime._worker_key(function, config, qualifier)
    deadline = time.monotonic() + WAIT_SECONDS
    with _changed:
        while time.monotonic() < deadline and not _may_lease(key):
            _changed.wait(deadline - time.monotonic())
        worker, how = lambda_runtime.acquire_worker(
            function, config, code, qualifier=qualifier, max_concurrency=max_concurrency
        )
        if how == "spawn":
            _starting[key] += 1
            worker._started_here = key
        return worker, how


def release(worker: Any) -> None:
    """Return a process to its function and wake whoever waits for it."""
    lambda_runtime.release_worker(worker)
    with _changed:
        _started(worker)
        _changed.notify_all()


def apply() -> None:
    """Put the waiting room before ministack's own pool."""
    lambda_svc.acquire_worker, lambda_svc.release_worker = acquire, release
    invalidate = lambda_svc.invalidate_worker

    def invalidate_and_wake(*args: Any, **options: Any) -> None:
        invalidate(*args, **options)
        with _changed:
            _starting.clear()
            _changed.notify_all()

    lambda_svc.invalidate_worker = invalidate_and_wake


def _may_lease(key: str) -> bool:
    workers = lambda_runtime._workers.get(key, [])
    if any(not worker.in_use for worker in workers):
        return True
    return _starting[key] == 0 and len(workers) < PROCESSES_PER_FUNCTION


def _started(worker: Any) -> None:
    key = worker.__dict__.pop("_started_here", None) if worker is not None else None
    if key is not None and _starting[key] > 0:
        _starting[key] -= 1
