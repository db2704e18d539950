"""Benchmark: processor time of each handler for one event, beside its AWS calls, and a flame graph.

`tests/costs/handlers.py` records events of all services in memory and runs them again.
"""

import shutil
import subprocess
import tempfile
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from devkit.failure import Failure
from devkit.svg import svg_without_scripts

from loadtest.bench.exactness import json_lines_of

PROFILER: Final = "py-spy==0.4.3"
PROFILED_SECONDS: Final = 8
SAMPLES_PER_SECOND: Final = 500


@dataclass(frozen=True, slots=True)
class Handlers:
    """Processor seconds of an event by function, the slowest first, and the functions without an event."""

    seconds: dict[str, float]
    not_measured: list[str]


def measure() -> Handlers:
    """Measure all functions that the recorded events reach."""
    with json_lines_of("tests.costs", "handlers") as lines:
        return Handlers(**next(lines))


def draw(function: str, path: Path) -> None:
    """Draw the flame graph of a function's handler.

    Raises:
        Failure: the profiler failed; with its error.
    """
    uv = shutil.which("uv")
    if uv is None:
        raise Failure("uv is missing.", "It runs the profiler: see README.md")
    with tempfile.TemporaryDirectory() as made, json_lines_of("tests.costs", "repeat", function) as lines:
        drawn, process = Path(made) / "flame.svg", next(lines)["ready"]
        done = subprocess.run(
            [
                uv, "tool", "run", "--from", PROFILER, "py-spy", "record", "--pid", str(process),
                "--duration", str(PROFILED_SECONDS), "--rate", str(SAMPLES_PER_SECOND),
                "--output", str(drawn),
            ],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode or not drawn.is_file():
            raise Failure("The profiler failed.", done.stderr)
        graph = ET.parse(drawn).getroot()  # noqa: S314 (our own)
    path.write_text(svg_without_scripts(_titled(graph, function)), encoding="utf-8")


def _titled(graph: ET.Element, function: str) -> ET.Element:
    """Return the graph without the parts that need scripts, titled with the function's name."""
    graph.attrib.pop("onload", None)
    for text in graph.findall("{*}text"):
        if text.get("id") == "title":
            text.text = f"{function}: an event again and again, without its AWS calls"
        else:
            graph.remove(text)
    return graph
