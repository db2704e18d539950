"""Test coverage of each package: Python by branches, the pages' JavaScript logic by lines."""

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from devkit.checkout import ROOT

from testrunner.layers import Layer
from testrunner.run import REPORTS, coverage_of

COVERED: Final = frozenset({Layer.UNIT, Layer.INTEGRATION})
"""Measuring costs CPU, so only the layers that test the domain rules are measured."""

LCOV: Final = REPORTS / "logic.lcov"
"""The report of `bun test --coverage` of the pages' logic, written in the unit layer."""

MIN_DOMAIN_BRANCHES: Final = 95.0


@dataclass(frozen=True)
class Reach:
    """The coverage of one package."""

    package: str
    lines: int = 0
    lines_run: int = 0
    branches: int = 0
    branches_run: int = 0

    @property
    def branch_percent(self) -> float:
        """The covered branches in percent."""
        return 100.0 * self.branches_run / self.branches if self.branches else 100.0

    @property
    def is_domain(self) -> bool:
        """Whether it is a domain package, which has a minimum coverage."""
        return self.package.endswith(" domain")

    @property
    def holds(self) -> bool:
        """Whether it reaches its minimum coverage, if it has one."""
        return not self.is_domain or self.branch_percent >= MIN_DOMAIN_BRANCHES

    def plus(self, other: "Reach") -> "Reach":
        """Return the sum of both."""
        return Reach(
            self.package, self.lines + other.lines, self.lines_run + other.lines_run,
            self.branches + other.branches, self.branches_run + other.branches_run,
        )  # fmt: skip


def python_reach(layers: Iterable[Layer]) -> list[Reach] | None:
    """Merge the coverage of these layers and return it by package; domain packages are separate."""
    measured = [path for layer in layers if (path := coverage_of(layer)).exists()]
    if not measured:
        return None
    together = REPORTS / "coverage.json"
    subprocess.run(
        [sys.executable, "-m", "slipcover", "--merge", *measured, "--out", together],
        cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    return by_package(json.loads(together.read_text())["files"])


def by_package(files: dict[str, Any]) -> list[Reach]:
    """Add up SlipCover's report by package; a file that no test imports counts as uncovered."""
    found: dict[str, Reach] = {}
    for name, file in files.items():
        summary, package = file["summary"], package_of(name)
        reach = Reach(
            package, summary["covered_lines"] + summary["missing_lines"], summary["covered_lines"],
            summary["covered_branches"] + summary["missing_branches"], summary["covered_branches"],
        )  # fmt: skip
        found[package] = found[package].plus(reach) if package in found else reach
    return [found[package] for package in sorted(found)]


def package_of(file: str) -> str:
    """Return the package of a source file: `vote-service`, or `vote-service domain` for its domain rules."""
    parts = Path(file).parts
    package = parts[parts.index("src") - 1]
    return f"{package} domain" if "domain" in parts[parts.index("src") :] else package


def logic_reach(report: Path = LCOV) -> Reach | None:
    """Return the coverage of the pages' logic, or `None` if Bun has not measured it."""
    try:
        lines = report.read_text().splitlines()
    except FileNotFoundError:
        return None
    found, hit = _lcov(lines, "LF"), _lcov(lines, "LH")
    branches, taken = _lcov(lines, "BRF"), _lcov(lines, "BRH")
    return Reach("frontend logic (JavaScript)", sum(found), sum(hit), sum(branches), sum(taken))


def _lcov(lines: list[str], name: str) -> Iterator[int]:
    return (int(line.partition(":")[2]) for line in lines if line.startswith(f"{name}:"))
