"""The poll form and the API have the same limits, fields and texts."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest
from contracts.codes import MAX_CODES_AT_ONCE
from contracts.ids import new_poll_id
from contracts.members import MAX_EMAIL
from contracts.poll_snapshot import DisplaySettings, PollSettings
from contracts.poll_texts import MAX_LABEL, MAX_QUESTION
from contracts.polls import MAX_EMBED_ORIGINS, CreatePoll
from poll_service.domain import editing, image, times
from poll_service.domain.clock import COUNTDOWN
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
    assert {*settings, *PollSettings.model_fields, "rerun_of"} == set(CreatePoll.model_fields)


@pytest.mark.parametrize(
    ("module", "name", "limit"),
    [
        ("clock.js", "COUNTDOWN_SECONDS", COUNTDOWN.seconds),
        ("codes.js", "MAX_AT_ONCE", MAX_CODES_AT_ONCE),
        ("form.js", "MAX_DAYS_AHEAD", times.MAX_AHEAD.days),
        ("form.js", "MAX_DAYS_OPEN", times.MAX_OPEN.days),
        ("origins.js", "MAX_ORIGINS", MAX_EMBED_ORIGINS),
    ],
)
def test_form_limits_match_the_api(module: str, name: str, limit: int) -> None:
    assert int(found(module, rf"const {name} = (\d+);")) == limit


@pytest.mark.parametrize(
    ("field", "attribute", "limit"),
    [
        ("f-question", "maxlength", MAX_QUESTION),
        ("f-a", "maxlength", MAX_LABEL),
        ("f-b", "maxlength", MAX_LABEL),
        ("codes-count", "max", MAX_CODES_AT_ONCE),
        ("i-email", "maxlength", MAX_EMAIL),
    ],
)
def test_fields_of_the_dashboard_have_the_limits_of_the_api(field: str, attribute: str, limit: int) -> None:
    assert int(found("../admin/index.html", rf'id="{field}"[^>]* {attribute}="(\d+)"')) == limit


def test_dialog_names_the_length_of_a_session() -> None:
    template = (LOGIC.parents[3] / "platform/template.yaml").read_text()
    minutes = re.findall(r"(?:Access|Id)TokenValidity: (\d+)", template)
    assert minutes == [found("../admin/index.html", r"can go on for up to (\d+) minutes")] * 2


def test_form_accepts_the_image_types_of_the_api() -> None:
    factors = found("pictures.js", r"const MAX_BYTES = ([\d *]+);").split("*")
    assert int(factors[0]) * int(factors[1]) * int(factors[2]) == image.MAX_UPLOAD_BYTES
    kinds = names(found("pictures.js", r"const KINDS = \[(.*?)\];"))
    assert kinds == {f"image/{name.lower()}" for name in FORMATS}


def test_page_parses_poll_and_times_from_an_overlap_error() -> None:
    other = TimeSlot(new_poll_id(), NOW + timedelta(hours=1), NOW + timedelta(hours=2))
    schedule = Schedule(slots=(other,))
    with pytest.raises(AnotherPollActive) as refused:
        schedule.with_slot(TimeSlot(new_poll_id(), NOW + timedelta(hours=1), None), NOW)
    said = str(refused.value)
    assert re.findall(found("api-detail.js", r"POLL = /(.*?)/g;"), said) == [other.poll_id]
    assert len(re.findall(found("api-detail.js", r"MOMENT = /(.*?)/g;"), said)) == 2
