"""ministack opens a log stream per invocation and keeps all for ever: 10 MB per 1,000 votes, saved as well.

On AWS the retention of a log group bounds them, here their number: `LOG_STREAMS_KEPT`. Whoever wants to read
all of a run in its end has it keep more.
"""

import os
import threading
import time
from collections.abc import Iterable
from typing import Any, Final

from ministack.services import cloudwatch_logs

SWEEP_SECONDS: Final = 5


def drop_oldest(groups: Iterable[dict[str, Any]], kept: int) -> None:
    """Drop all but the newest `kept` streams of each log group."""
    for group in groups:
        streams = group["streams"]
        for name in list(streams)[: max(0, len(streams) - kept)]:
            streams.pop(name, None)


def apply() -> None:
    """Sweep in the background."""
    kept = int(os.environ["LOG_STREAMS_KEPT"])
    threading.Thread(target=_sweep, args=(kept,), name="log-memory", daemon=True).start()


def _sweep(kept: int) -> None:
    while True:
        time.sleep(SWEEP_SECONDS)
        drop_oldest(list(cloudwatch_logs._log_groups._data.values()), kept)
