"""Checks the claims against the existing tests."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from checks.evidence.checklist import Item, read_checklist
from checks.evidence.known import known_tests
from checks.evidence.threat_model import Threat, read_threats


class Cover(StrEnum):
    """How a claim is covered."""

    TESTED = "tested"
    IN_PART = "tested in part"
    REASON = "reason"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Claim:
    """One claim: a checklist item, named by its number, or a threat, named by its id."""

    name: str
    group: str
    what: str
    tests: tuple[str, ...]
    missing: tuple[str, ...]
    left: str = ""

    @property
    def cover(self) -> Cover:
        """How the claim is covered; tests that do not exist do not count."""
        if len(self.missing) == len(self.tests):
            return Cover.REASON if self.left and not self.tests else Cover.NOTHING
        return Cover.IN_PART if self.left else Cover.TESTED

    @property
    def holds(self) -> bool:
        """Whether the claim has tests that all exist, or a reason for having none."""
        return not self.missing and self.cover is not Cover.NOTHING

    def faults(self) -> Iterator[str]:
        """Yield the faults of an unmet claim, a line each."""
        yield from (f"{self.name} names a test that does not exist: {test}" for test in self.missing)
        if self.cover is Cover.NOTHING and not self.missing:
            yield f"{self.name} has neither a test nor a reason"


def claims(items: Iterable[Item], threats: Iterable[Threat], known: frozenset[str]) -> list[Claim]:
    """Return all claims, the checklist's first."""

    def missing(tests: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(test for test in tests if test not in known)

    return [
        *(
            Claim(str(item.number), item.group, item.what, item.tests, missing(item.tests), item.left)
            for item in items
        ),
        *(
            Claim(threat.name, threat.category, threat.what, threat.tests, missing(threat.tests))
            for threat in threats
        ),
    ]


def all_claims() -> list[Claim]:
    """Return the claims of the checklist and the threat model. Raises `Failure`."""
    return claims(read_checklist(), read_threats(), known_tests())
