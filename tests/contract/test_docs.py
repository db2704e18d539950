"""What the pages point at exists: a renamed file shows here, not when somebody needs it."""

import re
import subprocess
from pathlib import Path
from typing import Final

import pytest
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


def test_the_threat_model_has_the_parts_that_were_asked_for() -> None:
    page = (ROOT / "docs" / "threat-model.md").read_text()
    headings = [line.removeprefix("## ") for line in page.split("\n") if line.startswith("## ")]

    assert headings == ["Attack Surface", "Attack Vectors", "Mitigations"]
