"""Claims without a test or a reason, markers of unknown claims and a stale page are reported."""

import json
from pathlib import Path

import pytest
from checks.evidence import Claim, Cover, Item, claims_of, faults_of, known_tests, read_checklist, read_claims
from checks.evidence import with_tests as updated
from cli.commands import check
from cli.dev import app
from devkit.failure import Failure
from typer.testing import CliRunner

ITEM = Item(number=1, group="Exactness", what="Every vote counts once")
PAGE = (
    "## Mitigations\n\n"
    "### T1: A forged cookie\n\n**Category:** Spoofing\n\nThis.\n\nTests:\n\n- `a.py::test_old`\n\n"
    "### T2: A flood\n\n**Category:** Denial of service\n\nTests:\n\n### Out of scope\n\n- `a.py::test_old`\n"
)
KNOWN = {"b.py::test_b": ["T1", "R1"], "a.py::T::test_a": ["T1"], "a.py::test_old": []}


def test_every_claim_has_tests_or_a_reason_and_the_page_is_up_to_date() -> None:
    claims, faults = read_claims()
    assert faults == []
    names = [claim.name for claim in claims]
    threats = [name for name in names if name.startswith("T")]
    assert threats == [f"T{number}" for number in range(1, 44)]
    assert names == [*(f"R{number}" for number in range(1, 43)), *threats]


@pytest.mark.parametrize(
    ("known", "left", "cover"),
    [
        (KNOWN, "", Cover.TESTED),
        (KNOWN, "The rest shows on AWS.", Cover.IN_PART),
        ({}, "It shows on AWS.", Cover.REASON),
        ({}, "", Cover.NOTHING),
    ],
)
def test_a_claim_is_covered_by_tests_or_a_reason(
    known: dict[str, list[str]], left: str, cover: Cover
) -> None:
    (claim,) = claims_of("", (ITEM.model_copy(update={"left": left}),), known)
    assert claim.cover is cover


def test_the_list_below_each_threat_is_made_from_the_markers() -> None:
    claims = claims_of(PAGE, (ITEM,), KNOWN)
    assert [claim.tests for claim in claims] == [("b.py::test_b",), ("a.py::T::test_a", "b.py::test_b"), ()]
    page = updated(PAGE, claims)
    assert page.count("test_old") == 1, "only the list below the line `Tests:` is replaced"
    assert "Tests:\n\n- `a.py::T::test_a`\n- `b.py::test_b`\n\n### T2" in page
    assert updated(page, claims) == page


def test_an_uncovered_claim_an_unknown_marker_and_a_stale_page_are_faults() -> None:
    known = KNOWN | {"c.py::test_c": ["T99"]}
    claims = claims_of(PAGE, (ITEM,), known)
    assert list(faults_of(PAGE, claims, known)) == [
        "T2 has neither a test nor a reason",
        "c.py::test_c covers T99, which does not exist",
        "docs/threat-model.md is stale: run python -m checks.evidence",
    ]


def test_markers_of_functions_methods_and_scripts_are_read(tmp_path: Path) -> None:
    tests = tmp_path / "services" / "one" / "tests"
    (tests / "unit").mkdir(parents=True)
    (tests / "logic").mkdir()
    (tests / "unit" / "test_x.py").write_text(
        "@pytest.mark.covers('T1', 'R2')\n@pytest.mark.full_effort\ndef test_a(): ...\n"
        "class TestB:\n    @other()\n    async def test_c(self): ...\ndef helper(): ...\n"
    )
    (tests / "logic" / "x.test.js").write_text(
        '// covers: T3, R4\ntest.each([1])("a \'b\'", () => {});\ntest("c");\n'
    )
    at = "services/one/tests"
    assert known_tests(tmp_path) == {
        f"{at}/unit/test_x.py::test_a": ["T1", "R2"],
        f"{at}/unit/test_x.py::TestB::test_c": [],
        f"{at}/logic/x.test.js::a 'b'": ["T3", "R4"],
    }


@pytest.mark.parametrize(
    "text", ["", "[[item]]\nnumber = 1\n", "not toml", "[[item]]\nnumber = 1\nextra = 2\n"]
)
def test_an_invalid_checklist_is_rejected(tmp_path: Path, text: str) -> None:
    (tmp_path / "checklist.toml").write_text(text)
    with pytest.raises(Failure, match=r"checklist\.toml is not a valid checklist"):
        read_checklist(tmp_path / "checklist.toml")


@pytest.mark.parametrize("faults", [[], ["R1 has neither a test nor a reason"]])
def test_the_command_fails_for_a_fault(monkeypatch: pytest.MonkeyPatch, faults: list[str]) -> None:
    claim = Claim("R1", "Exactness", "Every vote counts once", ("a.py::test_one",))
    monkeypatch.setattr(check, "read_claims", lambda: ([claim], faults))
    shown = CliRunner().invoke(app, ["check", "--threats"])
    assert shown.exit_code == len(faults)
    assert ("✗" in shown.output) is bool(faults)
    result = CliRunner().invoke(app, ["check", "--threats", "--json"])
    assert result.exit_code == len(faults)
    assert json.loads(result.output)["faults"] == faults
