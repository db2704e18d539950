"""Where a command prints: a terminal of some width, or a file or pipe, which has none.

Data is printed as it is: Rich would make a picture of `:cd:` in a fingerprint or a poll's question.
"""

from typing import Final

from rich.console import Console

_NO_WIDTH: Final = 10_000
"""Columns: a script that reads a line finds a path or an address whole, never cut or folded."""


def open_console(
    *, stderr: bool = False, soft_wrap: bool = False, markup: bool = True, quiet: bool = False
) -> Console:
    """Return a console that colours what the code says and changes no data."""
    return Console(
        highlight=False, emoji=False, stderr=stderr, soft_wrap=soft_wrap, markup=markup, quiet=quiet
    )


def result_console() -> Console:
    """Return the console for a result: coloured and fitted on a terminal, plain and unfolded elsewhere."""
    console = open_console()
    return console if console.is_terminal else Console(highlight=False, emoji=False, width=_NO_WIDTH)
