"""Edits: the fields that may change in each phase, and the reasons for the others."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from contracts.domain_error import DomainError
from contracts.enums import PollStatus
from contracts.events import PollChanged
from contracts.ids import new_poll_id
from contracts.poll_snapshot import DisplaySettings
from contracts.polls import CreatePoll, EditPoll
from poll_service.domain import lifecycle
from poll_service.domain.change import Change
from poll_service.domain.clock import COUNTDOWN
from poll_service.domain.errors import AnotherPollActive, InvalidState, InvalidTime
from poll_service.domain.schedule import Schedule, TimeSlot
from poll_service.domain.times import MAX_AHEAD, MAX_OPEN
from testkit.poll_settings import ALL_SET

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
WANTED = CreatePoll.model_validate(
    {"question": "Tea or coffee?", "options": {"a": {"label": "Tea"}, "b": {"label": "Coffee"}}}
)
DRAFT = lifecycle.create_poll(WANTED, new_poll_id(), "organiser", NOW - HOUR).poll


def opened(opens_in: timedelta | None = None, lasts: timedelta | None = 2 * HOUR) -> Change:
    """Return a poll opened, or scheduled, an hour ago."""
    then = NOW - HOUR
    opens_at = None if opens_in is None else NOW + opens_in
    ends_at = None if lasts is None else (opens_at or then) + lasts
    return lifecycle.open_poll(DRAFT, Schedule(), ends_at, then, opens_at)


RUNNING, ENDLESS = opened(), opened(lasts=None)
SCHEDULED = opened(opens_in=HOUR)
CLOSED = lifecycle.finish_poll(opened(lasts=HOUR / 2).poll, NOW - HOUR / 2, NOW)
FREE = {name: ALL_SET[name] for name in DisplaySettings.model_fields}
FROZEN: dict[str, tuple[dict[str, Any], list[str]]] = {
    "question": ({"question": "Tea?"}, ["question"]),
    "options": (
        {"options": {"a": {"label": "Mate"}, "b": {"label": "Coffee", "image": f"/images/{'a' * 64}.webp"}}},
        ["options.a.label", "options.b.image"],
    ),
    "policy": ({"policy": "network"}, ["policy"]),
    "result_visibility": ({"result_visibility": "never"}, ["result_visibility"]),
    **{name: ({name: value}, [name]) for name, value in ALL_SET.items() if name not in FREE},
    "opens_at": ({"opens_at": "2026-05-02T12:00:00Z"}, ["opens_at"]),
    "several": ({"question": "Tea?", "show_turnout": True, "policy": "code"}, ["question", "policy"]),
}


def edit(change: Change, schedule: Schedule | None = None, **wanted: Any) -> Change:
    planned = schedule or change.schedule or Schedule()
    return lifecycle.edit_poll(change.poll, planned, EditPoll.model_validate(wanted), NOW)


def fields(refused: DomainError) -> list[str]:
    return [error.field for error in refused.errors or ()]


@pytest.mark.parametrize("before", [Change(DRAFT), SCHEDULED], ids=["draft", "scheduled"])
@pytest.mark.parametrize("case", FROZEN)
def test_every_field_may_change_until_the_poll_opens(before: Change, case: str) -> None:
    wanted, _ = FROZEN[case]
    end: dict[str, Any] = {"closes_at": "2026-05-02T13:00:00Z"} if case == "opens_at" else {}

    change = edit(before, **wanted, **end)

    assert change.poll.revision == before.poll.revision + 1
    assert change.poll.status is before.poll.status
    assert isinstance(change.event, PollChanged)
    assert change.event.revision == change.poll.revision
    stored = change.poll.to_admin(NOW).model_dump(mode="json")
    asked = EditPoll.model_validate(wanted).model_dump(mode="json")
    assert {name: stored[name] for name in wanted} == {name: asked[name] for name in wanted}


@pytest.mark.covers("T36")
@pytest.mark.parametrize("before", [RUNNING, ENDLESS, CLOSED], ids=["open", "without an end", "closed"])
@pytest.mark.parametrize("case", FROZEN)
def test_edit_of_an_opened_poll_names_each_fixed_field(before: Change, case: str) -> None:
    wanted, named = FROZEN[case]

    with pytest.raises(InvalidState, match="run this one again") as refused:
        edit(before, **wanted)

    assert fields(refused.value) == named


@pytest.mark.parametrize("before", [RUNNING, CLOSED], ids=["open", "closed"])
def test_display_settings_and_embed_origins_may_always_change(before: Change) -> None:
    change = edit(before, **FREE, embed_origins=["https://news.example"])

    assert change.poll.settings == before.poll.settings.model_copy(update=FREE)
    assert change.poll.embed_origins == ("https://news.example",)
    assert (change.poll.status, change.poll.closes_at) == (before.poll.status, before.poll.closes_at)
    assert change.schedule is None


def test_presenters_language_is_removed_by_null() -> None:
    chosen = edit(RUNNING, presenter_language="he")
    assert edit(chosen, presenter_language=None).poll.settings == RUNNING.poll.settings


def test_edit_with_equal_values_is_no_change() -> None:
    same: dict[str, Any] = {
        "question": "Tea or coffee?",
        "options": {"a": {"label": "Tea"}, "b": {"label": "Coffee"}},
        "policy": "device",
        "closes_at": RUNNING.poll.closes_at,
    }
    assert edit(RUNNING, **same) == Change(RUNNING.poll)
    assert edit(Change(DRAFT), status="draft") == Change(DRAFT)


@pytest.mark.parametrize("later", [COUNTDOWN + SECOND - HOUR, -SECOND, SECOND, HOUR, MAX_OPEN - 2 * HOUR])
def test_an_open_poll_may_end_later_or_sooner(later: timedelta) -> None:
    assert RUNNING.poll.closes_at is not None
    end = RUNNING.poll.closes_at + later

    change = edit(RUNNING, closes_at=end)

    assert change.poll.closes_at == change.close_at == end
    assert isinstance(change.event, PollChanged)
    assert change.schedule is not None
    assert [slot.closes_at for slot in change.schedule.slots] == [end]


def test_end_of_an_open_poll_may_be_set_and_removed() -> None:
    ending = edit(ENDLESS, closes_at=NOW + HOUR)
    assert (ending.poll.closes_at, ending.close_at) == (NOW + HOUR, NOW + HOUR)

    endless = edit(RUNNING, closes_at=None)
    assert (endless.poll.closes_at, endless.close_at) == (None, None)
    assert endless.schedule is not None
    assert endless.schedule.slots[0].closes_at is None


@pytest.mark.parametrize(
    ("before", "end"),
    [
        (RUNNING, NOW + COUNTDOWN),
        (RUNNING, NOW - SECOND),
        (RUNNING, NOW - HOUR + COUNTDOWN + MAX_OPEN + SECOND),
        (ENDLESS, NOW),
        (ENDLESS, NOW + COUNTDOWN),
        (opened(lasts=HOUR + COUNTDOWN), NOW + HOUR),
        (opened(lasts=HOUR + COUNTDOWN), None),
    ],
    ids=[
        "too soon",
        "past",
        "after 31 days",
        "given now",
        "given too soon",
        "later too late",
        "away too late",
    ],
)
def test_end_that_is_too_soon_or_too_far_away_is_rejected(before: Change, end: datetime | None) -> None:
    with pytest.raises(InvalidTime) as refused:
        edit(before, closes_at=end)

    assert fields(refused.value) == ["closes_at"]


@pytest.mark.parametrize("announced", [True, False])
def test_end_in_the_past_cannot_change_announced_or_not(announced: bool) -> None:
    before = CLOSED if announced else opened(lasts=HOUR / 2)

    with pytest.raises(InvalidState) as refused:
        edit(before, closes_at=NOW + HOUR)

    assert fields(refused.value) == ["closes_at"]


@pytest.mark.parametrize("end", [NOW + 3 * HOUR, None])
def test_later_end_may_not_overlap_a_scheduled_poll(end: datetime | None) -> None:
    assert RUNNING.schedule is not None
    following = TimeSlot(new_poll_id(), NOW + 2 * HOUR, None)
    schedule = RUNNING.schedule.with_slot(following, NOW)

    with pytest.raises(AnotherPollActive, match=following.poll_id):
        edit(RUNNING, schedule=schedule, closes_at=end)
    assert edit(RUNNING, schedule=schedule, closes_at=following.opens_at).poll.closes_at == following.opens_at


def test_unscheduling_a_poll_frees_its_slot() -> None:
    change = edit(SCHEDULED, status="draft")

    assert change.poll == replace(SCHEDULED.poll, status=PollStatus.DRAFT, revision=3)
    assert isinstance(change.event, PollChanged)
    assert change.event.status is PollStatus.DRAFT
    assert change.schedule is not None
    assert change.schedule.slots == ()


def test_poll_can_be_unscheduled_and_changed_in_one_edit() -> None:
    change = edit(SCHEDULED, status="draft", question="Tea?", opens_at=None, closes_at=None)

    assert change.poll.status is PollStatus.DRAFT
    assert (change.poll.question, change.poll.opens_at, change.poll.closes_at) == ("Tea?", None, None)


def test_moving_a_scheduled_poll_schedules_its_new_close() -> None:
    change = edit(SCHEDULED, opens_at=NOW + 5 * HOUR, closes_at=NOW + 6 * HOUR)

    assert (change.poll.opens_at, change.poll.closes_at) == (NOW + 5 * HOUR, NOW + 6 * HOUR)
    assert change.close_at == NOW + 6 * HOUR
    assert change.schedule is not None
    assert change.schedule.slots == (TimeSlot(DRAFT.poll_id, NOW + 5 * HOUR, NOW + 6 * HOUR),)


@pytest.mark.parametrize(
    ("times", "field"),
    [
        ({"opens_at": NOW}, "opens_at"),
        ({"opens_at": NOW - HOUR}, "opens_at"),
        ({"opens_at": NOW + MAX_AHEAD + SECOND}, "opens_at"),
        ({"opens_at": NOW + 4 * HOUR}, "closes_at"),
        ({"closes_at": NOW + HOUR}, "closes_at"),
        ({"closes_at": NOW - HOUR}, "closes_at"),
        ({"opens_at": NOW + 2 * SECOND, "closes_at": NOW + 3 * SECOND}, "closes_at"),
        ({"closes_at": NOW + HOUR + MAX_OPEN + SECOND}, "closes_at"),
        ({"opens_at": None}, "opens_at"),
    ],
    ids=str,
)
def test_invalid_times_of_a_scheduled_poll_are_rejected_by_field(times: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidTime) as refused:
        edit(SCHEDULED, **times)

    assert fields(refused.value) == [field]
    assert refused.value.errors is not None
    assert all(error.message for error in refused.value.errors)


def test_scheduled_poll_moved_to_now_opens_after_the_countdown() -> None:
    assert edit(SCHEDULED, opens_at=NOW + SECOND).poll.opens_at == NOW + COUNTDOWN


@pytest.mark.parametrize("local", ["2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00"])
def test_repeated_hour_of_daylight_saving_is_two_hours(local: str) -> None:
    change = edit(Change(DRAFT), opens_at=local, closes_at=None)

    assert change.poll.opens_at == datetime.fromisoformat(local).astimezone(UTC)
    assert change.poll.opens_at.hour == (0 if local.endswith("+02:00") else 1)
