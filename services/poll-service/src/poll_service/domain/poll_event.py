"""Poll events: each in the lowest version that holds the whole state, so that old readers can read it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from contracts.events import (
    PollArchived,
    PollArchivedV2,
    PollArchivedV3,
    PollChanged,
    PollClosed,
    PollClosedV2,
    PollClosedV3,
    PollClosing,
    PollClosingV2,
    PollClosingV3,
    PollCreated,
    PollCreatedV2,
    PollCreatedV3,
    PollDeleted,
    PollEvent,
    PollOpened,
    PollOpenedV2,
    PollOpenedV3,
)

from poll_service.domain.poll import Poll

type Kind = type[PollCreated | PollOpened | PollClosing | PollClosed | PollArchived]

WITH_PROOF_OF_WORK: Final[Mapping[Kind, type[PollEvent]]] = {
    PollCreated: PollCreatedV2,
    PollOpened: PollOpenedV2,
    PollClosing: PollClosingV2,
    PollClosed: PollClosedV2,
    PollArchived: PollArchivedV2,
}

WITH_TURNOUT: Final[Mapping[Kind, type[PollEvent]]] = {
    PollCreated: PollCreatedV3,
    PollOpened: PollOpenedV3,
    PollClosing: PollClosingV3,
    PollClosed: PollClosedV3,
    PollArchived: PollArchivedV3,
}


def event_of(kind: Kind, poll: Poll, now: datetime) -> PollEvent:
    """Return an event with the whole state of the poll after it."""
    state = _header(poll, now) | _texts(poll)
    if poll.show_turnout:
        return WITH_TURNOUT[kind].model_validate(state | _settings(poll))
    if poll.proof_of_work:
        return WITH_PROOF_OF_WORK[kind].model_validate(state | {"proof_of_work": True})
    return kind.model_validate(state)


def change_of(poll: Poll, now: datetime) -> PollChanged:
    """Return `PollChanged` with every setting, so that copies drop the old ones."""
    return PollChanged.model_validate(_header(poll, now) | _texts(poll) | _settings(poll))


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
        "revision": poll.revision,
        "occurred_at": now,
    }


def _texts(poll: Poll) -> dict[str, Any]:
    return {"question": poll.question, "option_a": poll.option_a, "option_b": poll.option_b}


def _settings(poll: Poll) -> dict[str, Any]:
    return {"proof_of_work": poll.proof_of_work, "show_turnout": poll.show_turnout}
