"""SlipCover's report of a run with two workers, as `testrunner.measured` makes it."""

import json
import os
import subprocess
import sys
from pathlib import Path

FILES = {
    "pyproject.toml": '[tool.slipcover]\nbranch = true\nformat = "json"\nsource = ["src"]\n',
    "src/sizes.py": "def size(n: int) -> str:\n    if n > 9:\n        return 'big'\n    return 'small'\n",
    "src/weights.py": "def is_heavy(n: int) -> bool:\n    if n > 9:\n        return True\n    return False\n",
    "src/never_imported.py": "LIMIT = 9\n",
    "tests/test_small.py": "from sizes import size\nfrom weights import is_heavy\n\n"
    "def test_it():\n    assert size(1) == 'small' and not is_heavy(1)\n",
    "tests/test_big.py": "from sizes import size\n\ndef test_it():\n    assert size(10) == 'big'\n",
}


def test_report_merges_workers_and_lists_sources_only(tmp_path: Path) -> None:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    ours = ("SLIPCOVER_", "PYTEST_")  # of this run, which may be a measured one with workers
    environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    measured = [sys.executable, "-m", "testrunner.measured", "--out", "report.json", "-m", "pytest"]
    subprocess.run(
        [*measured, "-p", "testrunner.measured", "-n", "2", "--dist", "loadfile", "-q", "tests"],
        cwd=tmp_path, check=True, capture_output=True,
        env=environment | {"PYTHONPATH": str(tmp_path / "src")},
    )  # fmt: skip

    files = json.loads((tmp_path / "report.json").read_text())["files"]
    missed = {
        file: (one["summary"]["missing_lines"], one["summary"]["missing_branches"])
        for file, one in files.items()
    }
    assert missed == {"src/sizes.py": (0, 0), "src/weights.py": (1, 1), "src/never_imported.py": (1, 0)}
