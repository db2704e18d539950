"""Claims without an existing test or a reason are reported; all claims of this project are met."""

import json
from pathlib import Path

import pytest
from checks.evidence.checklist import Item, read_checklist
from checks.evidence.coverage import Claim, Cover, all_claims, claims
from checks.evidence.known import known_tests
from checks.evidence.threat_model import Threat, read_threats
from cli.commands import check
from cli.dev import app
from devkit.failure import Failure
from typer.testing import CliRunner

HERE = Path(__file__)
KNOWN = frozenset({"a.py::test_one", "a.py::test_two"})
OURS = all_claims()


def claim_of(*tests: str, left: str = "") -> Claim:
    item = Item(number=1, group="Exactness", what="Every vote counts once", tests=tests, left=left)
    (claim,) = claims([item], [], KNOWN)
    return claim


@pytest.mark.parametrize("claim", OURS, ids=lambda claim: claim.name)
def test_every_claim_has_existing_tests_or_a_reason(claim: Claim) -> None:
    assert claim.missing == ()
    assert claim.holds


def test_all_checklist_items_and_threats_are_read() -> None:
    assert [item.number for item in read_checklist()] == list(range(1, 43))
    names = [threat.name for threat in read_threats()]
    assert names == [f"T{number}" for number in range(1, len(names) + 1)]
    assert len(names) >= 22


def test_every_threat_has_tests() -> None:
    assert [threat.name for threat in read_threats() if not threat.tests] == []


@pytest.mark.parametrize(
    ("claim", "cover", "holds"),
    [
        (claim_of("a.py::test_one", "a.py::test_two"), Cover.TESTED, True),
        (claim_of("a.py::test_one", left="The rest shows on AWS."), Cover.IN_PART, True),
        (claim_of(left="It shows on AWS."), Cover.REASON, True),
        (claim_of(), Cover.NOTHING, False),
        (claim_of("a.py::test_gone"), Cover.NOTHING, False),
        (claim_of("a.py::test_gone", left="A reason does not replace a missing test."), Cover.NOTHING, False),
        (claim_of("a.py::test_one", "a.py::test_gone"), Cover.TESTED, False),
    ],
)
def test_a_claim_is_covered_by_existing_tests_or_a_reason(claim: Claim, cover: Cover, holds: bool) -> None:
    assert (claim.cover, claim.holds) == (cover, holds)


def test_known_tests_have_path_and_name_and_exclude_helpers() -> None:
    known = known_tests()
    here = "platform/checks/tests/test_evidence.py"
    assert f"{here}::test_every_threat_has_tests" in known
    assert f"{here}::claim_of" not in known
    assert any("::Test" in test for test in known)


def test_each_section_of_the_threat_model_is_read_as_one_threat(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "## Mitigations\n\n"
        "### T1: A forged cookie\n\n**Category:** Spoofing\n\nThis.\n\n"
        "- `a.py::test_one`\n- `b.py::T::test_x`\n\n"
        "### T2: A flood\n\n**Category:** Denial of service\n\n"
        "### Out of scope\n\n`a.py::test_two`\n"
    )

    assert read_threats(page) == (
        Threat("T1", "Spoofing", "A forged cookie", ("a.py::test_one", "b.py::T::test_x")),
        Threat("T2", "Denial of service", "A flood", ()),
    )


@pytest.mark.parametrize(
    "text", ["", "[[item]]\nnumber = 1\n", "not toml", "[[item]]\nnumber = 1\nextra = 2\n"]
)
def test_an_invalid_checklist_is_rejected(tmp_path: Path, text: str) -> None:
    (tmp_path / "checklist.toml").write_text(text)
    with pytest.raises(Failure, match=r"checklist\.toml is not a valid checklist"):
        read_checklist(tmp_path / "checklist.toml")


@pytest.mark.parametrize(("tests", "status"), [(("a.py::test_one",), 0), (("a.py::test_gone",), 1), ((), 1)])
def test_the_command_fails_for_an_unmet_claim(
    monkeypatch: pytest.MonkeyPatch, tests: tuple[str, ...], status: int
) -> None:
    monkeypatch.setattr(check, "all_claims", lambda: [claim_of(*tests)])
    shown = CliRunner().invoke(app, ["check", "--threats"])
    assert shown.exit_code == status
    assert ("✗" in shown.output) is bool(status)
    result = CliRunner().invoke(app, ["check", "--threats", "--json"])
    assert result.exit_code == status
    assert json.loads(result.output)["passed"] is not bool(status)
