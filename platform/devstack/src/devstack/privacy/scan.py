"""Looks for many identities in much text at once, and for anything that has the shape of one of our own."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from devstack.privacy.identity import SHORTEST, Identity
from devstack.privacy.places import Place

SHAPES: Final = {
    # Voter token, results pass and ticket all end in a MAC; nobody has to have told us of them.
    "something signed by us": re.compile(
        rb"v[0-9]+\.[A-Za-z0-9]+(?:\.[A-Za-z0-9_-]+){2,4}\.[A-Za-z0-9_-]{43}"
    ),
    "a voting code": re.compile(rb"\b[0-9A-HJKMNP-TV-Z]{5}(?:-[0-9A-HJKMNP-TV-Z]{5}){4}\b"),
    "a token": re.compile(rb"eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\."),
}
_AROUND: Final = 60


@dataclass(frozen=True, slots=True)
class Leak:
    """What was found where. The text around it is shown, itself is not."""

    kind: str
    place: str
    around: str


class Scanner:
    """Finds each identity, in any of its forms, where it may not be."""

    def __init__(self, identities: Iterable[Identity]) -> None:
        # By their first bytes: a look at each position of a text is enough, however many are looked for.
        self._by_start: dict[bytes, list[tuple[bytes, Identity]]] = {}
        for identity in identities:
            for form in identity.forms():
                self._by_start.setdefault(form[:SHORTEST], []).append((form, identity))

    def leaks(self, places: Iterable[Place]) -> list[Leak]:
        """Return what stands in these places and must not; once for each kind and place."""
        found: dict[tuple[str, str], Leak] = {}
        for place in places:
            for leak in (*self._named(place), *_shaped(place)):
                found.setdefault((leak.kind, leak.place), leak)
        return list(found.values())

    def _named(self, place: Place) -> Iterator[Leak]:
        text, by_start = place.content, self._by_start
        for position in range(len(text) - SHORTEST + 1):
            for form, identity in by_start.get(text[position : position + SHORTEST], ()):
                if text.startswith(form, position) and not place.name.startswith(identity.kept_in):
                    yield _leak(identity.kind, place, position, position + len(form))


def _shaped(place: Place) -> Iterator[Leak]:
    for kind, shape in SHAPES.items():
        for match in shape.finditer(place.content):
            yield _leak(kind, place, match.start(), match.end())


def _leak(kind: str, place: Place, start: int, end: int) -> Leak:
    before, after = place.content[max(0, start - _AROUND) : start], place.content[end : end + _AROUND]
    around = f"{before.decode(errors='replace')}[{kind}]{after.decode(errors='replace')}"
    return Leak(kind, place.name, around)
