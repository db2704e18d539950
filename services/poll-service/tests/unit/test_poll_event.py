"""Poll events: each is a complete snapshot of the poll after it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from contracts.events import (
    POLL_EVENTS,
    PollArchived,
    PollChanged,
    PollClosed,
    PollClosing,
    PollCreated,
    PollOpened,
)
from contracts.ids import new_poll_id
from contracts.poll_snapshot import PollSettings
from contracts.polls import CreatePoll
from contracts.stream import event_attribute, read_event
from poll_service.domain import lifecycle
from poll_service.domain.poll import Poll
from poll_service.domain.poll_event import Kind, deletion_of, event_of
from testkit.poll_settings import ALL_SET

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
KINDS: list[Kind] = [PollCreated, PollOpened, PollClosing, PollClosed, PollArchived, PollChanged]
PLAIN = {"question": "Tea or coffee?", "options": {"a": {"label": "Tea"}, "b": {"label": "Coffee"}}}


def poll_of(**more: object) -> Poll:
    wanted = CreatePoll.model_validate(PLAIN | more)
    return lifecycle.create_poll(wanted, new_poll_id(), "organiser", NOW).poll


@pytest.mark.parametrize(
    "poll",
    [
        poll_of(),
        *(poll_of(**{name: value}, result_visibility="after_close") for name, value in ALL_SET.items()),
        replace(poll_of(**ALL_SET), opens_at=NOW, closes_at=NOW + HOUR, revision=7),
    ],
)
@pytest.mark.parametrize("kind", KINDS)
def test_every_event_is_a_complete_snapshot(kind: Kind, poll: Poll) -> None:
    event = event_of(kind, poll, NOW)
    assert type(event) is kind
    assert event.project(PollSettings) == poll.settings
    for name in kind.model_fields.keys() - PollSettings.model_fields - {"type", "version", "occurred_at"}:
        assert getattr(event, name) == getattr(poll, name)
    assert read_event({"event": event_attribute(event)}, POLL_EVENTS) == event


def test_deletion_has_every_setting_and_no_texts() -> None:
    poll = poll_of(**ALL_SET)
    deleted = deletion_of(poll, NOW).model_dump(exclude={"type", "version", "occurred_at"})
    assert deleted == ALL_SET | {name: getattr(poll, name) for name in deleted.keys() - ALL_SET.keys()}
    assert deleted.keys().isdisjoint({"question", "option_a", "option_b"})


def test_every_kind_of_poll_event_is_known() -> None:
    kinds = POLL_EVENTS.json_schema()["discriminator"]["mapping"]
    assert {kind.model_fields["type"].default for kind in KINDS} | {"poll_deleted"} == set(kinds)
