"""Plays votes into the organisers' real pages in Chromium: for how long they were stuck, and what it added.

What plays is `services/frontend/tests/browser/responsiveness.py`, in a process of its own.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from devstack.failure import Failure
from devstack.instance import ROOT

MODULE: Final = "services.frontend.tests.browser.responsiveness"
MAX_MILLISECONDS: Final = 200
"""Of one task, in which a page answers nobody."""

ERROR_LINES: Final = 20


@dataclass(frozen=True, slots=True)
class Responsiveness:
    """How a page was while `frames` came, and while as long nothing did; all in milliseconds.

    `long_tasks` are as the page saw them. `worked` is for how long the hardest task had a processor, `busy`
    for how long all of them had: what else runs on the machine does not count there.
    """

    page: str
    frames: int
    shown: str
    long_tasks: tuple[int, ...]
    worked: float
    busy: float
    still_long_tasks: tuple[int, ...]
    still_worked: float
    still_busy: float

    @property
    def longest(self) -> int:
        """Milliseconds of the longest task while bars moved; 0 where none was long."""
        return max(self.long_tasks, default=0)

    @property
    def ratio(self) -> float:
        """How many times as busy as when nothing comes."""
        return self.busy / self.still_busy

    @property
    def milliseconds_a_frame(self) -> float:
        """What a frame adds to the main thread's work."""
        return (self.busy - self.still_busy) / self.frames

    @property
    def as_claimed(self) -> bool:
        """Whether no task worked for too long, and every frame shows in the end."""
        return self.worked <= MAX_MILLISECONDS and self.shown.split(" ")[0] == f"{self.frames:,}"


def measure(chromium: Path, frames: int, rate: float) -> list[Responsiveness]:
    """Play `frames`, `rate` a second, into each page. Raises `Failure` when they cannot be played."""
    done = subprocess.run(
        [sys.executable, "-m", MODULE, str(frames), str(rate)], cwd=ROOT, check=False, text=True,
        capture_output=True, stdin=subprocess.DEVNULL, env=os.environ | {"CHROMIUM": str(chromium)},
    )  # fmt: skip
    if done.returncode:
        raise Failure(
            "The bench ended before its work did.", "\n".join(done.stderr.splitlines()[-ERROR_LINES:])
        )
    return [_read(json.loads(line)) for line in done.stdout.splitlines()]


def _read(found: dict[str, Any]) -> Responsiveness:
    moving, still = found["moving"], found["still"]
    return Responsiveness(
        found["page"],
        found["frames"],
        found["shown"],
        tuple(moving["tasks"]),
        moving["worked"],
        moving["busy"],
        tuple(still["tasks"]),
        still["worked"],
        still["busy"],
    )
