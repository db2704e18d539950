"""The adapter between the checks and one poll: four functions in a Python file."""

import importlib.util
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import httpx
from devkit.failure import Failure

INCLUDED: Final = ("ours", "literal")
FUNCTIONS: Final = ("find_poll", "new_voter", "vote", "counts")


@dataclass(frozen=True, slots=True)
class Adapter:
    """The functions of one adapter file."""

    find_poll: Callable[[httpx.AsyncClient], Awaitable[str]]
    """Return the id of an open poll with the options `a` and `b`."""
    new_voter: Callable[[httpx.AsyncClient, str], Awaitable[Any]]
    """Return a new voter of the poll, in any form."""
    vote: Callable[[httpx.AsyncClient, str, Any, str], Awaitable[bool | None]]
    """Send one request, without retries. Return True if the site confirmed the vote, False if it rejected it
    for good, None if the outcome is unknown; errors of the connection are raised."""
    counts: Callable[[httpx.AsyncClient, str], Awaitable[dict[str, int]]]
    """Return the published counts of `a` and `b`."""
    close: Callable[[httpx.AsyncClient, str], Awaitable[None]] | None = None
    """Close the poll now, or in a few seconds; optional."""


def load_adapter(name: str) -> Adapter:
    """Return an included adapter, or that of a Python file.

    Raises:
        Failure: there is no such adapter, or a function is missing.
    """
    if name in INCLUDED:
        module: Any = import_module(f"loadtest.yardstick.adapters.{name}")
    else:
        path = Path(name)
        spec = importlib.util.spec_from_file_location("yardstick_adapter", path)
        if not path.is_file() or spec is None or spec.loader is None:
            advice = f"Give a Python file, or {' or '.join(INCLUDED)}: docs/yardstick.md"
            raise Failure(f"There is no adapter {name}.", advice, exit_status=2)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    missing = [function for function in FUNCTIONS if not callable(getattr(module, function, None))]
    if missing:
        raise Failure(
            f"{name} lacks {', '.join(missing)}.", "See docs/yardstick.md for the functions.", exit_status=2
        )
    functions = {name: getattr(module, name) for name in FUNCTIONS}
    return Adapter(**functions, close=getattr(module, "close", None))
