"""ministack keeps every finished Express execution for ever: 28 MB per 1,000 votes, and in the saved state.

Express executions have no describable record on AWS at all; a few are kept here, to look at.
"""

import threading
import time
from collections.abc import MutableMapping
from typing import Any, Final

from ministack.services import stepfunctions

KEPT: Final = 50
SWEEP_SECONDS: Final = 5


def drop_finished(executions: MutableMapping[Any, dict[str, Any]], kept: int) -> None:
    """Drop all but the newest `kept` finished synchronous executions."""
    finished = [
        key for key, one in list(executions.items()) if one.get("sync") and one["status"] != "RUNNING"
    ]
    for key in finished[: max(0, len(finished) - kept)]:
        executions.pop(key, None)


def apply() -> None:
    """Sweep in the background, and once more when the state is saved."""
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
