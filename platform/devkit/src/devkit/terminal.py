"""Consoles for output: a terminal with a width, or a file or pipe without one.

Emoji codes are off: Rich would replace `:cd:` in a fingerprint or in a poll's question.
"""

from typing import Final

from rich.console import Console

_NO_WIDTH: Final = 10_000
"""Columns. A script that reads a line finds a path or an address uncut and unwrapped."""


def open_console(
    *, stderr: bool = False, soft_wrap: bool = False, markup: bool = True, quiet: bool = False
) -> Console:
    """Return a console that colours only explicit markup and does not change data."""
    return Console(
        highlight=False, emoji=False, stderr=stderr, soft_wrap=soft_wrap, markup=markup, quiet=quiet
    )


def result_console() -> Console:
    """Return the console for results: coloured and fitted on a terminal, otherwise plain and unwrapped."""
    console = open_console()
    return console if console.is_terminal else Console(highlight=False, emoji=False, width=_NO_WIDTH)
