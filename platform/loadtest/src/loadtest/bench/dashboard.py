"""Benchmark: main-thread time of the organisers' pages in Chromium while result messages arrive.

`services/frontend/tests/browser/responsiveness.py` plays the messages, in a separate process.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from devkit.checkout import ROOT
from devkit.failure import Failure

MODULE: Final = "services.frontend.tests.browser.responsiveness"
MAX_MILLISECONDS: Final = 200
"""Maximum of one task; the page cannot respond while it runs."""

ERROR_LINES: Final = 20


@dataclass(frozen=True, slots=True)
class Responsiveness:
    """Main-thread work of a page while `messages` arrived, and for an equally long idle time, in ms.

    `long_tasks` are as the page measured them. `worked` is the processor time of the hardest task, `busy` the
    processor time of all tasks; time that other processes take is not included in these two.
    """

    page: str
    messages: int
    shown: str
    long_tasks: tuple[int, ...]
    worked: float
    busy: float
    still_long_tasks: tuple[int, ...]
    still_worked: float
    still_busy: float

    @property
    def longest(self) -> int:
        """Milliseconds of the longest task while messages arrived; 0 if no task was long."""
        return max(self.long_tasks, default=0)

    @property
    def ratio(self) -> float:
        """Main-thread work with messages, divided by the idle work."""
        return self.busy / self.still_busy

    @property
    def milliseconds_a_message(self) -> float:
        """Main-thread milliseconds that one message adds."""
        return (self.busy - self.still_busy) / self.messages

    @property
    def as_claimed(self) -> bool:
        """Whether no task exceeded the maximum and the final counts are exact."""
        return self.worked <= MAX_MILLISECONDS and self.shown.split(" ")[0] == f"{self.messages:,}"


def measure(chromium: Path, messages: int, rate: float) -> list[Responsiveness]:
    """Play `messages`, `rate` a second, into each page. Raises `Failure` if the benchmark process fails."""
    done = subprocess.run(
        [sys.executable, "-m", MODULE, str(messages), str(rate)], cwd=ROOT, check=False, text=True,
        capture_output=True, stdin=subprocess.DEVNULL, env=os.environ | {"CHROMIUM": str(chromium)},
    )  # fmt: skip
    if done.returncode:
        raise Failure("The benchmark process failed.", "\n".join(done.stderr.splitlines()[-ERROR_LINES:]))
    return [_read(json.loads(line)) for line in done.stdout.splitlines()]


def _read(found: dict[str, Any]) -> Responsiveness:
    moving, still = found["moving"], found["still"]
    return Responsiveness(
        found["page"],
        found["messages"],
        found["shown"],
        tuple(moving["tasks"]),
        moving["worked"],
        moving["busy"],
        tuple(still["tasks"]),
        still["worked"],
        still["busy"],
    )
