"""Reads `docs/threat-model.md`: each `### T…` section is a threat, with its category and tests."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from devkit.checkout import ROOT

PAGE: Final = ROOT / "docs" / "threat-model.md"
_THREAT: Final = re.compile(r"^### (T\d+): (.+)\n\n\*\*Category:\*\* (.+)\n((?:(?!##).*\n?)*)", re.MULTILINE)
_TEST: Final = re.compile(r"`([\w./-]+\.py(?:::\w+)+)`")


@dataclass(frozen=True)
class Threat:
    """One section: its heading, category, and the tests that it names."""

    name: str
    category: str
    what: str
    tests: tuple[str, ...]


def read_threats(page: Path = PAGE) -> tuple[Threat, ...]:
    """Return the threats in the order of the page."""
    return tuple(
        Threat(name, category, what, tuple(_TEST.findall(section)))
        for name, what, category, section in _THREAT.findall(page.read_text())
    )
