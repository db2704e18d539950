"""For `./dev bench cost` and `handlers`: `python -m tests.costs` prints the table as JSON, or another part.

`cpu` is the CPU of two handlers, `handlers` that of all, `repeat FUNCTION` runs one of them for a profiler.
"""

import io
import json
import os
import sys
from argparse import ArgumentParser
from contextlib import redirect_stdout
from typing import Any

from . import handlers
from .designs import handlers_cpu
from .table import report

PROFILED_SECONDS = 20.0

parser = ArgumentParser(prog="python -m tests.costs")
parser.add_argument("part", nargs="?", choices=["cpu", "handlers", "repeat"])
parser.add_argument("function", nargs="?")
given = parser.parse_args()
if (given.part == "repeat") != (given.function is not None):
    parser.error("`repeat` takes a function, and only it")


def show(found: Any) -> None:
    """Print a line of JSON."""
    sys.__stdout__.write(json.dumps(found) + "\n")  # type: ignore[union-attr]
    sys.__stdout__.flush()  # type: ignore[union-attr]


with redirect_stdout(io.StringIO()):  # the functions' own lines
    match given.part:
        case "cpu":
            show({name: round(seconds, 6) for name, seconds in handlers_cpu().items()})
        case "handlers":
            show(handlers.measure())
        case "repeat":
            handlers.repeat(given.function, PROFILED_SECONDS, lambda: show({"ready": os.getpid()}))
        case _:
            show(report())
