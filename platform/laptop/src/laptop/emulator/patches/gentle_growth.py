"""Limit how fast and how far a function's processes grow; ministack starts one for every concurrent call.

With 32 first voters that is about a hundred Python processes. On two cores they delay each other past the
functions' timeouts: 30 of 200 calls answered 502. Here a call without a free process waits briefly for one,
then starts one if no other is starting and the limit is not reached. Lambda scales out at once because it has
the capacity; at the limit both throttle.
"""

import os
import threading
import time
from contextlib import suppress
from typing import Any, Final

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

CORES: Final = os.cpu_count() or 1
PROCESSES_PER_FUNCTION: Final = max(8, 4 * CORES)
# A busy process is usually free again before a new one could start.
PATIENCE_SECONDS: Final = 0.25
# Below the gateway's timeout; also ends the wait of a function that calls itself.
MAX_WAIT_SECONDS: Final = 25.0

type Lease = tuple[Any, str]

_changed = threading.Condition()
_starting: set[str] = set()
_ended = threading.Event()
_start_slots = threading.Semaphore(max(2, CORES))


def acquire(
    function: str,
    config: dict[str, Any],
    code: bytes,
    qualifier: str = "$LATEST",
    max_concurrency: int | None = None,
) -> Lease:
    """Lease a free process of this function, or start one; same result as ministack's `acquire_worker`."""
    key = lambda_runtime._worker_key(function, config, qualifier)
    began = time.monotonic()
    with _changed:
        while not _may_lease(key, time.monotonic() - began):
            if _ended.is_set() or time.monotonic() - began > MAX_WAIT_SECONDS:
                return None, "func_cap"
            _changed.wait(PATIENCE_SECONDS)
        worker, how = lambda_runtime.acquire_worker(
            function, config, code, qualifier=qualifier, max_concurrency=max_concurrency
        )
        if how == "spawn":
            _starting.add(key)
    if how == "spawn":
        _start(worker, key)
    return worker, how


def release(worker: Any) -> None:
    """Return a process to its function and wake the waiting calls."""
    lambda_runtime.release_worker(worker)
    with _changed:
        _changed.notify_all()


def end_all() -> None:
    """Stop every function process at once and start no more; running calls fail."""
    _ended.set()
    lambda_runtime.reset()
    with _changed:
        _changed.notify_all()


def apply() -> None:
    """Replace ministack's functions that lease and release a process."""
    lambda_svc.acquire_worker, lambda_svc.release_worker = acquire, release


def _may_lease(key: str, waited: float) -> bool:
    workers = lambda_runtime._workers.get(key, [])
    if _ended.is_set():
        return False
    if any(not worker.in_use for worker in workers):
        return True
    patient = waited >= PATIENCE_SECONDS or not workers
    return patient and key not in _starting and len(workers) < PROCESSES_PER_FUNCTION


def _start(worker: Any, key: str) -> None:
    try:
        # ministack reports a failed import of the function's module at its invocation.
        with _start_slots, suppress(Exception):
            lambda_runtime.ensure_spawned(worker)
    finally:
        with _changed:
            _starting.discard(key)
            _changed.notify_all()
