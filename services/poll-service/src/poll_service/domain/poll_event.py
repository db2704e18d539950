"""Poll events: each is a complete snapshot of the poll after it."""

from datetime import datetime
from typing import Any

from contracts.events import (
    PollArchived,
    PollChanged,
    PollClosed,
    PollClosing,
    PollCreated,
    PollDeleted,
    PollEvent,
    PollOpened,
)

from poll_service.domain.poll import Poll

type Kind = type[PollCreated | PollOpened | PollClosing | PollClosed | PollArchived | PollChanged]


def event_of(kind: Kind, poll: Poll, now: datetime) -> PollEvent:
    """Return an event with the whole state of the poll after it."""
    texts = {"question": poll.question, "option_a": poll.option_a, "option_b": poll.option_b}
    return kind.model_validate(_header(poll, now) | texts)


def deletion_of(poll: Poll, now: datetime) -> PollDeleted:
    """Return `PollDeleted`: the fields that copies need, without the texts."""
    return PollDeleted.model_validate(_header(poll, now))


def _header(poll: Poll, now: datetime) -> dict[str, Any]:
    return {
        "poll_id": poll.poll_id,
        "status": poll.status,
        "opens_at": poll.opens_at,
        "closes_at": poll.closes_at,
        "policy": poll.policy,
        "result_visibility": poll.result_visibility,
        **dict(poll.settings),
        "revision": poll.revision,
        "occurred_at": now,
    }
