"""The organiser's form says before it sends what the API would say: limits and words are the same in both."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest
from contracts.ids import new_poll_id
from contracts.polls import MAX_EMBED_ORIGINS, CreatePoll
from poll_service.domain import editing, image, times
from poll_service.domain.errors import AnotherPollActive
from poll_service.domain.schedule import Agenda, TimeSlot
from poll_service.use_cases.reencode_image import FORMATS

LOGIC: Final = Path(__file__).parents[2] / "services/frontend/site/logic"
NOW: Final = datetime(2026, 6, 1, 12, tzinfo=UTC)


def found(module: str, pattern: str) -> str:
    """Return what stands in that place of a module of the page."""
    match = re.search(pattern, (LOGIC / module).read_text(), re.DOTALL)
    assert match, f"{module} no longer says {pattern}"
    return match[1]


def names(text: str) -> set[str]:
    return set(re.findall(r'"([^"]+)"', text))


def test_what_the_form_leaves_free_of_an_opened_poll_is_what_may_still_change() -> None:
    free = found("form.js", r"STILL_FREE = \{(.*?)\};")
    assert names(free.split("closed:")[0]) == editing.UNTIL_CLOSED
    assert names(free.split("closed:")[1]) == editing.ALWAYS


def test_every_setting_of_a_poll_is_in_the_form() -> None:
    settings = re.findall(
        r"^  (\w+): \[", found("form.js", r"const SETTINGS = \{\n(.*?)\n\};"), re.MULTILINE
    )
    assert {*settings, "rerun_of"} == set(CreatePoll.model_fields)


@pytest.mark.parametrize(
    ("module", "name", "limit"),
    [
        ("form.js", "MAX_DAYS_AHEAD", times.FARTHEST.days),
        ("form.js", "MAX_DAYS_OPEN", times.LONGEST.days),
        ("origins.js", "MOST", MAX_EMBED_ORIGINS),
    ],
)
def test_the_limits_are_those_of_the_api(module: str, name: str, limit: int) -> None:
    assert int(found(module, rf"const {name} = (\d+);")) == limit


def test_the_pictures_that_are_sent_are_those_that_are_taken() -> None:
    factors = found("pictures.js", r"const MAX_BYTES = ([\d *]+);").split("*")
    assert int(factors[0]) * int(factors[1]) * int(factors[2]) == image.MAX_UPLOAD_BYTES
    kinds = names(found("pictures.js", r"const KINDS = \[(.*?)\];"))
    assert kinds == {f"image/{name.lower()}" for name in FORMATS}


def test_the_page_finds_the_poll_and_the_times_in_a_refusal_for_an_overlap() -> None:
    other = TimeSlot(new_poll_id(), NOW + timedelta(hours=1), NOW + timedelta(hours=2))
    agenda = Agenda(slots=(other,))
    with pytest.raises(AnotherPollActive) as refused:
        agenda.with_slot(TimeSlot(new_poll_id(), NOW + timedelta(hours=1), None), NOW)
    said = str(refused.value)
    assert re.findall(found("error-text.js", r"POLL = /(.*?)/g;"), said) == [other.poll_id]
    assert len(re.findall(found("error-text.js", r"MOMENT = /(.*?)/g;"), said)) == 2
