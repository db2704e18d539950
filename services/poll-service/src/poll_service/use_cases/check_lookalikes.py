"""Reject options that look alike: by the skeleton of UTS #39, with Unicode's table of confusables.

Only single characters of the table count: it also lists `rn` and `m` as confusable, and `modern` or `modem?`
is a fair question.
"""

import unicodedata
from functools import cache
from typing import Final

from chassis.request import Malformed
from confusable_homoglyphs.confusables import confusables_data
from contracts.poll_texts import IGNORABLE, casefolded
from contracts.polls import NewOptions
from contracts.problem import FieldError

WHY: Final = "the two options look alike: write them so that voters can tell them apart"


def check_distinct(options: NewOptions | None) -> None:
    """Raise `Malformed` if both labels look the same."""
    if options is not None and skeleton(options.a.label) == skeleton(options.b.label):
        raise Malformed(errors=(FieldError(field="options", message=WHY),))


def skeleton(text: str) -> str:
    """Return the skeleton of a text, equal for texts that look alike; for comparison, not for display."""
    shown = unicodedata.normalize("NFD", IGNORABLE.sub("", text))
    alike = "".join(_classes().get(character, character) for character in shown)
    return casefolded(unicodedata.normalize("NFD", alike))


@cache
def _classes() -> dict[str, str]:
    """Return for each confusable character the representative of its class: the first by code point."""
    stands_for: dict[str, str] = {}

    def first(character: str) -> str:
        while (before := stands_for.get(character, character)) != character:
            character = before
        return character

    for character, entries in confusables_data.items():
        for entry in entries:
            other = IGNORABLE.sub("", entry["c"])
            if len(character) == len(other) == 1:
                one, two = sorted((first(character), first(other)))
                stands_for[two] = one
    return {character: first(character) for character in stands_for}
