"""Reads `docs/threat-model.md`: the rows of its table, and the tests that each row names."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from devstack.instance import ROOT

PAGE: Final = ROOT / "docs" / "threat-model.md"
_ROW: Final = re.compile(r"^\| (T\d+) \|(.*)\|$", re.MULTILINE)
_TEST: Final = re.compile(r"`([\w./-]+\.py(?:::\w+)+)`")


@dataclass(frozen=True)
class Threat:
    """One row of the table."""

    name: str
    category: str
    what: str
    tests: tuple[str, ...]


def read_threats(page: Path = PAGE) -> tuple[Threat, ...]:
    """Return the rows of the page's table."""
    found = []
    for name, rest in _ROW.findall(page.read_text()):
        category, what, *_ = (cell.strip() for cell in rest.split("|"))
        found.append(Threat(name, category, what, tuple(_TEST.findall(rest))))
    return tuple(found)
