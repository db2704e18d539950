"""The poll form and the API have the same limits, fields and texts."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest
from contracts.enums import PageLanguage
from contracts.ids import new_poll_id
from contracts.poll_snapshot import DisplaySettings, PollSettings
from contracts.polls import CreatePoll
from poll_service.domain import editing
from poll_service.domain.errors import AnotherPollActive
from poll_service.domain.schedule import Schedule, TimeSlot
from poll_service.use_cases.reencode_image import FORMATS

LOGIC: Final = Path(__file__).parents[2] / "services/frontend/site/logic"
NOW: Final = datetime(2026, 6, 1, 12, tzinfo=UTC)


def found(module: str, pattern: str) -> str:
    """Return the text at that place of a module of the page."""
    match = re.search(pattern, (LOGIC / module).read_text(), re.DOTALL)
    assert match, f"{module} no longer says {pattern}"
    return match[1]


def names(text: str) -> set[str]:
    return set(re.findall(r'"([^"]+)"', text))


def test_form_leaves_the_editable_fields_of_an_open_poll_enabled() -> None:
    always = names(found("form.js", r"const ALWAYS = \[(.*?)\];")) | DisplaySettings.model_fields.keys()
    assert always == editing.ALWAYS
    assert names(found("form.js", r"STILL_FREE = \{ open: \[(.*?)\], closed: ALWAYS \};")) == {"closes_at"}
    assert {"closes_at"} == editing.UNTIL_CLOSED - editing.ALWAYS


def test_form_contains_every_setting_of_a_poll() -> None:
    """TypeScript requires every boolean setting in the table of `settings.js`."""
    settings = re.findall(r"^  (\w+): \[", found("form.js", r"const BODY = \{\n(.*?)\n\};"), re.MULTILINE)
    set_by_buttons = {"rerun_of", "rehearsal"}
    assert {*settings, *PollSettings.model_fields} | set_by_buttons == set(CreatePoll.model_fields)


def test_form_offers_the_languages_of_the_api() -> None:
    languages = re.findall(r"^  (\w+):", found("language.js", r"LANGUAGES = .*?\{\n(.*?)\n\}"), re.MULTILINE)
    assert languages == list(PageLanguage)


def test_form_accepts_the_image_types_of_the_api() -> None:
    kinds = names(found("pictures.js", r"KINDS = \[(.*?)\];"))
    assert kinds == {f"image/{name.lower()}" for name in FORMATS}


def test_page_parses_poll_and_times_from_an_overlap_error() -> None:
    other = TimeSlot(new_poll_id(), NOW + timedelta(hours=1), NOW + timedelta(hours=2))
    schedule = Schedule(slots=(other,))
    with pytest.raises(AnotherPollActive) as refused:
        schedule.with_slot(TimeSlot(new_poll_id(), NOW + timedelta(hours=1), None), NOW)
    said = str(refused.value)
    assert re.findall(found("api-detail.js", r"POLL = /(.*?)/g;"), said) == [other.poll_id]
    assert len(re.findall(found("api-detail.js", r"MOMENT = /(.*?)/g;"), said)) == 2
