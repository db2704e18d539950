"""Modules that are run by `python -m` check their arguments before they write anything."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from devkit.checkout import ROOT

CHILDREN: Final = {
    "laptop.emulator",
    "loadtest.bench.endpoint",
    "loadtest.bench.fan_out",
    "testrunner.measured",
}
"""Processes that only a command starts."""


def modules() -> Iterator[str]:
    for pattern in ("libs/*/src/**/*.py", "platform/*/src/**/*.py"):
        for path in ROOT.glob(pattern):
            guarded = re.search(r'^if __name__ == "__main__":', path.read_text(), re.MULTILINE)
            if guarded or path.name == "__main__.py":
                parts = path.relative_to(ROOT).with_suffix("").parts[3:]
                yield ".".join(part for part in parts if part != "__main__")


MODULES: Final = sorted(set(modules()) - CHILDREN)


def run(module: str, argument: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", module, argument]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)


def test_the_modules_are_found() -> None:
    assert {"template_lint", "deploy", "contracts.catalogue", "checks.words"} <= set(MODULES)
    assert set(modules()) >= CHILDREN


@pytest.mark.parametrize("module", MODULES)
def test_module_rejects_an_unknown_option(module: str, tmp_path: Path) -> None:
    refused = run(module, "--no-such-option", tmp_path)
    assert refused.returncode == 2
    assert f"usage: python -m {module}" in refused.stderr
    assert list(tmp_path.iterdir()) == []


def test_help_writes_no_folder_of_that_name(tmp_path: Path) -> None:
    shown = run("template_lint", "--help", tmp_path)
    assert shown.returncode == 0
    assert shown.stdout.startswith("usage: python -m template_lint")
    assert list(tmp_path.iterdir()) == []
