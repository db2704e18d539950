"""Coverage by package, and the minimum for domain packages."""

from pathlib import Path
from typing import Any

from rich.console import Console
from testrunner.coverage import Reach, by_package, logic_reach, package_of
from testrunner.summary import show_reach

QUIET = Console(quiet=True)


def file(lines: int, run: int, branches: int, taken: int) -> dict[str, Any]:
    names = ("missing_lines", "covered_lines", "missing_branches", "covered_branches")
    return {"summary": dict(zip(names, (lines - run, run, branches - taken, taken), strict=True))}


def test_files_are_added_up_by_package_with_separate_domain_packages() -> None:
    source = "services/vote-service/src/vote_service"
    found = by_package(
        {
            f"{source}/casting.py": file(10, 9, 4, 4),
            f"{source}/config.py": file(10, 1, 0, 0),
            f"{source}/domain/code.py": file(5, 5, 20, 19),
        }
    )
    assert found == [Reach("vote-service", 20, 10, 4, 4), Reach("vote-service domain", 5, 5, 20, 19)]
    assert package_of("platform/chassis/src/chassis/cookie.py") == "chassis"


def test_domain_packages_need_95_percent_branch_coverage() -> None:
    assert show_reach([Reach("vote-service domain", 9, 9, 100, 95)], None, QUIET)
    assert not show_reach([Reach("vote-service domain", 9, 9, 1000, 949)], None, QUIET)
    assert show_reach([Reach("vote-service", 9, 0, 100, 0)], None, QUIET)


def test_javascript_coverage_is_read_from_buns_report(tmp_path: Path) -> None:
    report = tmp_path / "logic.lcov"
    assert logic_reach(report) is None
    report.write_text(
        "SF:a.js\nLF:10\nLH:9\nend_of_record\nSF:b.js\nLF:30\nLH:30\nBRF:4\nBRH:3\nend_of_record\n"
    )
    assert logic_reach(report) == Reach("frontend logic (JavaScript)", 40, 39, 4, 3)
