"""Progress display of a long command: a live table on a terminal, otherwise one plain line per step."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import TracebackType
from typing import Final, Self

from rich.console import Console
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table

PLAIN_LINE_SECONDS: Final = 15.0


@dataclass
class Step:
    """One step: its name, its progress note, its time."""

    name: str
    note: str = ""
    began: float | None = None
    seconds: float | None = None
    mark: str = "·"

    def elapsed(self) -> float:
        """Return the seconds since the step began, or its duration if it has ended."""
        if self.seconds is not None:
            return self.seconds
        return time.monotonic() - self.began if self.began is not None else 0.0


@dataclass
class Progress:
    """The steps of one command in order of appearance; use as a context manager around the work."""

    console: Console = field(default_factory=Console)
    steps: list[Step] = field(default_factory=list)
    _live: Live | None = None
    _said: float = field(default_factory=time.monotonic)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __enter__(self) -> Self:
        if self.console.is_terminal:
            self._live = Live(get_renderable=self._table, console=self.console, refresh_per_second=8)
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live is not None:
            self._live.stop()

    def announce(self, name: str, note: str = "") -> Step:
        """Add a step that has not begun."""
        step = Step(name, note)
        with self._lock:
            self.steps.append(step)
        return step

    @contextmanager
    def doing(self, name: str, step: Step | None = None) -> Iterator[Step]:
        """Run and time a step; the block may set its `note`."""
        step = step or self.announce(name)
        step.began, step.mark = time.monotonic(), "…"
        try:
            yield step
        except BaseException:
            self.finish(step, "✗")
            raise
        self.finish(step, "✓")

    def note(self, step: Step, text: str) -> None:
        """Set a step's note; without a live table, print it at most every 15 seconds."""
        step.note = text
        if self._live is None and time.monotonic() - self._said > PLAIN_LINE_SECONDS:
            self._said = time.monotonic()
            self._print(step)

    def finish(self, step: Step, mark: str) -> None:
        """End a step."""
        step.seconds, step.mark = step.elapsed(), mark
        if self._live is None:
            self._said = time.monotonic()
            self._print(step)

    def _print(self, step: Step) -> None:
        line = f"{step.mark} {step.name:<20} {step.elapsed():5.1f} s  {step.note}"
        self.console.print(line.rstrip(), highlight=False, markup=False, soft_wrap=True)

    def _table(self) -> Table:
        table = Table.grid(padding=(0, 2))
        for step in self.steps:
            mark = Spinner("dots") if step.mark == "…" else step.mark
            style = {"✗": "red", "✓": "green", "·": "dim"}.get(step.mark, "")
            seconds = f"{step.elapsed():.1f} s" if step.began is not None else ""
            table.add_row(mark, step.name, seconds, step.note, style=style)
        return table
