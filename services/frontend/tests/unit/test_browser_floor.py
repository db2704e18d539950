"""The linter reports features newer than the browser floor, and those that `start.js` may not use."""

import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

FRONTEND: Final = Path(__file__).resolve().parents[2]
BUN: Final = str(Path(sys.executable).parent / "bun")


@pytest.fixture(scope="module")
def eslint() -> list[str]:
    """Return the command of the pinned linter."""
    subprocess.run([BUN, "install", "--frozen-lockfile", "--silent"], cwd=FRONTEND, check=True)
    return [BUN, "--bun", "node_modules/eslint/bin/eslint.js", "--stdin", "--stdin-filename"]


@pytest.mark.parametrize(
    ("file", "code", "found"),
    [
        ("site/voter/x.js", "fetch('/', { signal: AbortSignal.timeout(1) });", "AbortSignal.timeout()"),
        ("site/start.js", "const newer = () => {};", "Parsing error"),
        ("site/x.css", "@view-transition { navigation: auto; }", "use-baseline"),
        ("site/voter/x.js", "navigator.share({});", ""),
    ],
)
def test_linter_reports_features_newer_than_the_browser_floor(
    eslint: list[str], file: str, code: str, found: str
) -> None:
    done = subprocess.run(
        [*eslint, file], cwd=FRONTEND, input=code, capture_output=True, text=True, check=False
    )
    assert (done.returncode, found in done.stdout) == (1 if found else 0, True), done.stdout
