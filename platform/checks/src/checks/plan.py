"""The list of static checks; each is a command line, so that it can also be run by hand."""

import os
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from devkit.checkout import ROOT
from stacks.catalogue import template_paths

TEMPLATES: Final = (
    *(str(path.relative_to(ROOT)) for path in template_paths(ROOT)),
    "platform/edge/template.yaml",
)
TYPED: Final = ROOT / ".dev" / "types"
_FRONTEND: Final = ROOT / "services" / "frontend"
_SOURCES: Final = ("libs/*/src", "platform/*/src", "services/*/src")
_TESTS: Final = ("libs/*/tests", "platform/*/tests", "services/*/tests", "tests")


@dataclass(frozen=True)
class Check:
    """One check: its commands run one after another in `folder`, and all of them must succeed."""

    name: str
    commands: tuple[tuple[str, ...], ...]
    folder: Path = ROOT
    environment: dict[str, str] = field(default_factory=dict)


def first_checks(transformed: Path) -> list[Check]:
    """Return the checks that others need: templates with a canary in `transformed`, and the npm packages."""
    return [
        Check("own template rules", ((sys.executable, "-m", "template_lint", str(transformed)),)),
        Check("npm packages", ((_tool("bun"), "install", "--frozen-lockfile", "--silent"),), _FRONTEND),
    ]


def checks(transformed: Path) -> list[Check]:
    """Return all other checks, the longest first. The templates with a canary exist by then."""
    canaries = [str(path) for path in sorted(transformed.glob("*.json"))]
    machines = [str(path.relative_to(ROOT)) for path in sorted(ROOT.glob("services/*/workflow/*.asl.json"))]
    # No `sam validate`: cfn-lint applies the same transform to each source, and the e2e tests build each.
    cfn_lint = (sys.executable, "-m", "template_lint.cfn_lint")
    return [
        Check("types", ((_tool("mypy"), *typed_files()),), environment={"MYPYPATH": str(TYPED)}),
        Check("cfn-lint", ((*cfn_lint, *TEMPLATES, *canaries),)),
        Check("API documents", ((sys.executable, "-m", "api_documents", "--check"),)),
        Check("deploy role", ((sys.executable, "-m", "deploy", "--check"),)),
        Check("secrets", ((sys.executable, "-m", "checks.committed_secrets"),)),
        Check("words", ((sys.executable, "-m", "checks.words"),)),
        Check("threats", ((sys.executable, "-m", "checks.evidence", "--check"),)),
        Check("pipelines", ((_tool("zizmor"), "--offline", "--quiet", "--no-progress", ".github"),)),
        Check("state machines", ((_tool("statelint"), *machines),)),
        Check("ruff check", ((_tool("ruff"), "check", "--quiet", "--output-format", "concise", "."),)),
        Check("ruff format", ((_tool("ruff"), "format", "--check", "--output-format", "concise", "."),)),
        Check(
            "browser floor",
            ((_tool("bun"), "--bun", "node_modules/eslint/bin/eslint.js", "."),),
            _FRONTEND,
        ),
        Check(
            "JavaScript",
            (
                (_tool("bun"), "types/check.js"),
                (_tool("bun"), "--bun", "node_modules/.bin/biome", "check", "--error-on-warnings", "."),
            ),
            _FRONTEND,
        ),
        Check("shellcheck", ((_tool("shellcheck"), "dev", ".ci/run"),)),
    ]


def typed_files() -> list[str]:
    """Return the files that mypy checks, all in one run.

    Service folders have a dash in their name and are not packages, so mypy would know a test by its bare
    file name, which other tests share. Symbolic links with valid package names make the names unique.
    """
    shutil.rmtree(TYPED, ignore_errors=True)
    TYPED.mkdir(parents=True)
    found = [str(path.relative_to(ROOT)) for pattern in _SOURCES for path in sorted(ROOT.glob(pattern))]
    found.append("conftest.py")
    for folder in (path for pattern in _TESTS for path in sorted(ROOT.glob(pattern))):
        link = TYPED / "_".join(folder.relative_to(ROOT).parts).replace("-", "_")
        link.symlink_to(folder)
        linked = (link / path.relative_to(folder) for path in sorted(folder.rglob("*.py")))
        found += [str(path.relative_to(ROOT)) for path in linked]
    return found


def _tool(name: str) -> str:
    return os.fspath(Path(sys.executable).parent / name)
