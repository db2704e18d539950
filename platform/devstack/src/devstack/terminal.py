"""Where a command's result goes: a terminal of some width, or a file or pipe, which has none."""

from typing import Final

from rich.console import Console

_NO_WIDTH: Final = 10_000
"""Columns: a script that reads a line finds a path or an address whole, never cut or folded."""


def result_console() -> Console:
    """Return the console for a result: coloured and fitted on a terminal, plain and unfolded elsewhere."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=_NO_WIDTH)
