"""Drop finished Express executions; ministack keeps them in memory and in its state: 28 MB per 1,000 votes.

On AWS, Express executions cannot be described at all; the newest few are kept here for debugging.
"""

import threading
import time
from collections.abc import MutableMapping
from typing import Any, Final

from ministack.services import stepfunctions

KEPT: Final = 100
SWEEP_SECONDS: Final = 5


def drop_finished(executions: MutableMapping[Any, dict[str, Any]], kept: int) -> None:
    """Drop all but the newest `kept` finished synchronous executions."""
    finished = [
        key for key, one in list(executions.items()) if one.get("sync") and one["status"] != "RUNNING"
    ]
    for key in finished[: max(0, len(finished) - kept)]:
        executions.pop(key, None)


def apply() -> None:
    """Drop executions in the background, and again when the state is saved."""
    get_state = stepfunctions.get_state

    def get_swept_state() -> dict[str, Any]:
        drop_finished(stepfunctions._executions._data, KEPT)
        state: dict[str, Any] = get_state()
        return state

    stepfunctions.get_state = get_swept_state
    threading.Thread(target=_sweep, name="express-memory", daemon=True).start()


def _sweep() -> None:
    while True:
        time.sleep(SWEEP_SECONDS)
        drop_finished(stepfunctions._executions._data, KEPT)
