"""What the pages point at exists: a renamed file shows here, not when somebody needs it."""

import re
import subprocess
from pathlib import Path
from typing import Final

import botocore.session
import pytest
import typer.main
from botocore import xform_name
from devstack.cli import app
from devstack.evidence.known import known_tests

ROOT: Final = Path(__file__).parents[2]
TRACKED: Final = frozenset(
    subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True).stdout.split(
        "\n"
    )
)
PAGES: Final = sorted(path for path in TRACKED if path.endswith(".md"))
LINK: Final = re.compile(r"\]\(([^)#]+)(?:#[^)]*)?\)|src=\"([^\"]+)\"")
TEST: Final = re.compile(r"`([\w./-]+\.py(?:::\w+)+)`")
COMMAND: Final = re.compile(r"\./dev ([a-z]+)")
CALL: Final = re.compile(r"aws ([a-z0-9]+)\s+([a-z]+(?:-[a-z]+)+)")
RESOURCE: Final = re.compile(r"tot-\{env\}-([a-z]+(?:-[a-z]+)*)")
NAMED: Final = re.compile(r"`((?:[\w.-]+/)*test_\w+\.py|(?:libs|platform|services|tests|docs)/[\w./-]+)`")


def exists(name: str) -> bool:
    if "/" not in name:
        return any(path.endswith(f"/{name}") for path in TRACKED)
    folder = name.rstrip("/") + "/"
    return name in TRACKED or any(path.startswith(folder) for path in TRACKED)


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page: str) -> None:
    links = [first or second for first, second in LINK.findall((ROOT / page).read_text())]
    inside = [link for link in links if "://" not in link]
    missing = [link for link in inside if not (ROOT / page).parent.joinpath(link).exists()]

    assert missing == []


@pytest.mark.parametrize("page", [page for page in PAGES if page.startswith("docs/") or page == "README.md"])
def test_every_file_named_in_the_docs_exists(page: str) -> None:
    missing = [name for name in NAMED.findall((ROOT / page).read_text()) if not exists(name)]

    assert missing == []


@pytest.mark.parametrize("page", PAGES)
def test_every_test_named_in_the_docs_exists(page: str) -> None:
    missing = set(TEST.findall((ROOT / page).read_text())) - known_tests()

    assert missing == set()


@pytest.mark.parametrize("page", PAGES)
def test_every_command_of_ours_named_in_the_docs_exists(page: str) -> None:
    ours = set(typer.main.get_command(app).commands)  # type: ignore[attr-defined]

    assert set(COMMAND.findall((ROOT / page).read_text())) - ours == set()


@pytest.mark.parametrize("page", [page for page in PAGES if page.startswith("docs/")])
def test_every_call_of_aws_named_in_the_docs_exists(page: str) -> None:
    for service, call in CALL.findall((ROOT / page).read_text()):
        operations = botocore.session.get_session().get_service_model(service).operation_names
        assert call in {xform_name(name, "-") for name in operations}


def test_what_the_runbook_names_is_made_by_a_template() -> None:
    made = "".join((ROOT / path).read_text() for path in TRACKED if path.endswith("template.yaml"))
    named = RESOURCE.findall((ROOT / "docs" / "runbook.md").read_text())

    assert [name for name in named if not re.search(rf"tot-\${{Environment}}-{name}\b", made)] == []
    assert len(set(named)) > 5


def test_the_threat_model_has_the_parts_that_were_asked_for() -> None:
    page = (ROOT / "docs" / "threat-model.md").read_text()
    headings = [line.removeprefix("## ") for line in page.split("\n") if line.startswith("## ")]

    assert headings == ["Attack Surface", "Attack Vectors", "Mitigations"]
