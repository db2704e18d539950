"""Invisible texts are rejected; the invisible characters are a property of Unicode."""

import json
import sys
from pathlib import Path
from typing import Final

import pytest
import regex
from contracts.poll_texts import IGNORABLE
from contracts.polls import CreatePoll
from pydantic import ValidationError

CORPUS: Final = Path(__file__).parents[3] / "tests/corpus/unseen-texts.json"
OPTIONS: Final = {"a": {"label": "Tea"}, "b": {"label": "Coffee"}}


def test_ignorable_ranges_match_unicode_property() -> None:
    property_ = regex.compile(r"\p{Default_Ignorable_Code_Point}")
    characters = [chr(code) for code in range(sys.maxunicode + 1)]
    assert [each for each in characters if bool(IGNORABLE.match(each)) != bool(property_.match(each))] == []


@pytest.mark.parametrize("case", json.loads(CORPUS.read_text()), ids=lambda case: case["why"])
def test_invisible_or_covering_text_is_rejected(case: dict[str, str]) -> None:
    for body in (
        {"question": case["text"], "options": OPTIONS},
        {"question": "Which?", "options": OPTIONS | {"b": {"label": case["text"]}}},
    ):
        with pytest.raises(ValidationError, match=r"visible character|combining marks"):
            CreatePoll.model_validate(body)


@pytest.mark.parametrize("text", ["👩‍👩‍👧", "❤️", "نمی‌خواهم", "क्‍ष", "Việt Nam", "בְּרֵאשִׁ֖ית", "ที่นี่", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"])
def test_joiners_selectors_and_marks_of_real_scripts_are_accepted(text: str) -> None:
    wanted = CreatePoll.model_validate({"question": text, "options": OPTIONS})
    assert wanted.question == text
