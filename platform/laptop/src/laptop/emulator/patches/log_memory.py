"""Drop old log streams; ministack opens one per invocation and keeps and saves all: 10 MB per 1,000 votes.

On AWS the retention of a log group bounds them; here their number does: `LOG_STREAMS_KEPT`. Raise it to read
the whole log of a run at its end.
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
    """Drop streams in the background."""
    kept = int(os.environ["LOG_STREAMS_KEPT"])
    threading.Thread(target=_sweep, args=(kept,), name="log-memory", daemon=True).start()


def _sweep(kept: int) -> None:
    while True:
        time.sleep(SWEEP_SECONDS)
        drop_oldest(list(cloudwatch_logs._log_groups._data.values()), kept)
