"""Traceability: the tests that cover each threat and each requirement.

A test names them: `@pytest.mark.covers("T6", "R12")`, in JavaScript `// covers: T6` above it. T6 is a
section of `docs/threat-model.md`, R12 is item 12 of `docs/checklist.toml`. `python -m checks.evidence` writes
the lists of tests into the threat model; with `--check` it only compares them.
"""

import ast
import re
import sys
import tomllib
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated, Final

from devkit.checkout import ROOT
from devkit.failure import Failure
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from testrunner.layers import Layer

PAGE: Final = ROOT / "docs" / "threat-model.md"
CHECKLIST: Final = ROOT / "docs" / "checklist.toml"
_THREAT: Final = re.compile(
    r"^(### (T\d+): (.+)\n\n\*\*Category:\*\* (.+)\n(?:(?!#).*\n)+?Tests:\n\n)(?:- .*\n)*", re.MULTILINE
)
_SCRIPT: Final = re.compile(r'^ *// covers: (.+)\n *(?:test|describe)[^"]*"(.+?)"', re.MULTILINE)


class Cover(StrEnum):
    """How a claim is covered."""

    TESTED = "tested"
    IN_PART = "tested in part"
    REASON = "reason"
    NOTHING = "nothing"


class Item(BaseModel):
    """An item of the checklist. `left` is the reason for the part without tests, or for having no tests."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: int
    group: str
    what: Annotated[str, Field(min_length=10)]
    left: str = ""


@dataclass(frozen=True)
class Claim:
    """A requirement or a threat, with its tests."""

    name: str
    group: str
    what: str
    tests: tuple[str, ...]
    left: str = ""

    @property
    def cover(self) -> Cover:
        """How the claim is covered."""
        if self.tests:
            return Cover.IN_PART if self.left else Cover.TESTED
        return Cover.REASON if self.left else Cover.NOTHING


def read_checklist(path: Path = CHECKLIST) -> tuple[Item, ...]:
    """Return the items in file order.

    Raises:
        Failure: the file is not a valid checklist.
    """
    try:
        return TypeAdapter(tuple[Item, ...]).validate_python(tomllib.loads(path.read_text()).get("item"))
    except (OSError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise Failure(f"{path.name} is not a valid checklist.", str(error)) from error


@cache
def known_tests(root: Path = ROOT) -> Mapping[str, list[str]]:
    """Return each test, `path::name` or `path::Class::name`, with the threats and requirements it covers."""
    files = {path for layer in Layer for folder in layer.folders(root) for path in folder.rglob("test_*.py")}
    python = ((path, test) for path in files for test in _tests_in(ast.parse(path.read_text()).body))
    scripts = (
        (path, (name, covered.split(", ")))
        for path in root.glob("services/*/tests/logic/*.test.js")
        for covered, name in _SCRIPT.findall(path.read_text())
    )
    return {f"{path.relative_to(root)}::{name}": names for path, (name, names) in (*python, *scripts)}


def _tests_in(body: list[ast.stmt]) -> Iterator[tuple[str, list[str]]]:
    for node in body:
        if isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            yield from ((f"{node.name}::{name}", names) for name, names in _tests_in(node.body))
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            calls = [each for each in node.decorator_list if isinstance(each, ast.Call)]
            markers = [call for call in calls if ast.unparse(call.func) == "pytest.mark.covers"]
            yield node.name, [ast.literal_eval(name) for call in markers for name in call.args]


def claims_of(page: str, items: tuple[Item, ...], known: Mapping[str, list[str]]) -> list[Claim]:
    """Return the items of the checklist, then the threats of the page."""
    named = [(f"R{item.number}", item.group, item.what, item.left) for item in items]
    named += [(name, category, what, "") for _, name, what, category in _THREAT.findall(page)]
    return [
        Claim(name, group, what, tuple(sorted(test for test, names in known.items() if name in names)), left)
        for name, group, what, left in named
    ]


def with_tests(page: str, claims: list[Claim]) -> str:
    """Return the page with the tests of each threat below its line `Tests:`."""
    lists = {claim.name: "".join(f"- `{test}`\n" for test in claim.tests) for claim in claims}
    return _THREAT.sub(lambda found: found[1] + lists[found[2]], page)


def faults_of(page: str, claims: list[Claim], known: Mapping[str, list[str]]) -> Iterator[str]:
    """Yield the claims without test or reason, the tests of unknown claims, and whether the page is stale."""
    for claim in claims:
        if claim.cover is Cover.NOTHING:
            yield f"{claim.name} has neither a test nor a reason"
    names = {claim.name for claim in claims}
    for test, covered in known.items():
        yield from (f"{test} covers {name}, which does not exist" for name in covered if name not in names)
    if with_tests(page, claims) != page:
        yield "docs/threat-model.md is stale: run python -m checks.evidence"


def read_claims(*, write: bool = False) -> tuple[list[Claim], list[str]]:
    """Return all claims and their faults; with `write`, update the page first. Raises `Failure`."""
    page = PAGE.read_text()
    claims = claims_of(page, read_checklist(), known_tests())
    if write:
        page = with_tests(page, claims)
        PAGE.write_text(page)
    return claims, list(faults_of(page, claims, known_tests()))


if __name__ == "__main__":
    PARSER = ArgumentParser(
        prog="python -m checks.evidence", description="Write the threat model's lists of tests."
    )
    PARSER.add_argument("--check", action="store_true", help="write nothing")
    FAULTS = read_claims(write=not PARSER.parse_args().check)[1]
    sys.stdout.writelines(f"{fault}\n" for fault in FAULTS)
    sys.exit(1 if FAULTS else 0)
