"""Runs pytest under SlipCover, which then examines only the measured source files.

SlipCover compares each imported file with each source folder, instruments tests as well as sources, and
searches the folders again in each worker of pytest-xdist: a fifth of a unit run's CPU time. The report is
equal.

`python -m testrunner.measured --out FILE -m pytest -p testrunner.measured …`; settings in `pyproject.toml`.
"""

import os
import runpy
from pathlib import Path
from typing import Any

import slipcover  # type: ignore[import-untyped]
from slipcover.importer import FileMatcher  # type: ignore[import-untyped]


def _is_source(self: FileMatcher, file: Path | str | None) -> bool:
    return str(file).startswith(tuple(f"{folder}{os.sep}" for folder in self.sources))


def _nothing(*_arguments: Any) -> None:
    """Replace a step whose result is not in the report."""


def examine_less() -> None:
    """Patch SlipCover in this process: the one that starts pytest, or a worker of pytest-xdist."""
    FileMatcher.matches = _is_source
    slipcover.wrap_pytest = _nothing  # instruments the test files
    if "PYTEST_XDIST_WORKER" in os.environ:
        slipcover.Slipcover._add_unseen_source_files = _nothing  # the process that starts pytest adds them


examine_less()
if __name__ == "__main__":
    runpy.run_module("slipcover", run_name="__main__", alter_sys=True)
