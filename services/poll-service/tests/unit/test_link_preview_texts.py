"""Translations of the pages behind links: language negotiation and texts."""

import pytest
from contracts.enums import PollStatus
from poll_service.domain.link_preview_texts import MAX_LANGUAGES, MESSAGES, messages_for


@pytest.mark.parametrize(
    ("requested", "accepted", "language"),
    [
        (None, None, "en"),
        ("de", "fr", "de"),
        ("de-AT", None, "de"),
        ("klingon", "fr", "fr"),
        (None, "fr-CH, fr;q=0.9, en;q=0.8", "fr"),
        (None, "en;q=0.2, es;q=0.7", "es"),
        (None, "he;q=0, ar", "ar"),
        (None, "de;q=nonsense, es;q=0.1", "es"),
        (None, "xx, yy", "en"),
        (None, ",".join(["xx"] * MAX_LANGUAGES) + ",de", "en"),
    ],
)
def test_language_is_that_of_the_link_or_the_reader(
    requested: str | None, accepted: str | None, language: str
) -> None:
    assert messages_for(requested, accepted).language == language


def test_hebrew_and_arabic_run_from_right_to_left() -> None:
    assert {words.language for words in MESSAGES.values() if words.direction == "rtl"} == {"he", "ar"}


def test_each_language_has_an_action_for_each_status() -> None:
    for words in MESSAGES.values():
        assert len({words.action(status) for status in PollStatus}) == len(PollStatus) == 3
        assert words.choice.format(a="Tea", b="Coffee").count("Tea") == 1
