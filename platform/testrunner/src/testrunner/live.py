"""Progress display of the test layers: a live table on a terminal, otherwise a plain line at intervals."""

import threading
import time
from collections.abc import Sequence
from types import TracebackType
from typing import Final, Self

from rich.console import Console
from rich.live import Live
from rich.table import Table

from testrunner.run import LayerRun

PLAIN_LINE_SECONDS: Final = 30.0
PLAIN_STEP: Final = 0.1
_LOOK_SECONDS: Final = 0.5


def line(run: LayerRun) -> str:
    """Return the progress of a layer, in one line."""
    failed = f", {run.failed} failed" if run.failed else ""
    return f"{run.layer:<12} {run.done:>5} of {run.total or '?'}{failed}, {clock(run.elapsed())}"


def clock(seconds: float) -> str:
    """Return minutes and seconds."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


class Display:
    """Shows the progress of the layers while the block runs; failures are printed immediately."""

    def __init__(self, runs: Sequence[LayerRun], console: Console) -> None:
        self._runs, self._console = runs, console
        self._live = Live(get_renderable=self._table, console=console, refresh_per_second=4, transient=True)
        self._ended = threading.Event()
        self._watch = threading.Thread(target=self._look, daemon=True)
        self._named: set[tuple[str, str]] = set()
        self._said: dict[str, tuple[float, float]] = {}

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._live.start()
        self._watch.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._watch.join()
        self._say()
        if self._console.is_terminal:
            self._live.stop()

    def _look(self) -> None:
        while not self._ended.wait(_LOOK_SECONDS):
            self._say()

    def _say(self) -> None:
        for run in self._runs:
            for test in [test for test in list(run.failures) if (run.layer, test) not in self._named]:
                self._named.add((run.layer, test))
                self._console.print(f"✗ {test}", markup=False, soft_wrap=True, style="red")
            if not self._console.is_terminal and self._is_due(run):
                self._console.print(line(run), markup=False, soft_wrap=True)

    def _is_due(self, run: LayerRun) -> bool:
        """Return whether a plain line is due: at the start and end, per tenth of the tests or half minute."""
        if run.began is None:
            return False
        ended = run.exit_code is not None
        share = 2.0 if ended else run.done / run.total if run.total else 0.0
        shown, moment = self._said.get(run.layer, (-1.0, 0.0))
        late = not ended and time.monotonic() - moment > PLAIN_LINE_SECONDS
        if share - shown < PLAIN_STEP and not late:
            return False
        self._said[run.layer] = (share, time.monotonic())
        return True

    def _table(self) -> Table:
        table = Table.grid(padding=(0, 1))
        for run in self._runs:
            waiting = run.began is None
            good = run.exit_code is not None and not run.failed
            style = "dim" if waiting else "red" if run.failed else "green" if good else ""
            table.add_row(f"{run.layer:<12} waiting" if waiting else line(run), style=style)
        return table
