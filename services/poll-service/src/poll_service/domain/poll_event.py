"""A poll told to others, in the lowest version that says all of it: old readers shall read what they can."""

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
    """Return what has happened to the poll, with the whole state it left."""
    state = _facts(poll, now) | _texts(poll)
    if poll.show_turnout:
        return WITH_TURNOUT[kind].model_validate(state | _settings(poll))
    if poll.proof_of_work:
        return WITH_PROOF_OF_WORK[kind].model_validate(state | {"proof_of_work": True})
    return kind.model_validate(state)


def change_of(poll: Poll, now: datetime) -> PollChanged:
    """Return that the poll says or allows something else: every setting, so that copies lose the old ones."""
    return PollChanged.model_validate(_facts(poll, now) | _texts(poll) | _settings(poll))


def deletion_of(poll: Poll, now: datetime) -> PollDeleted:
    """Return that the poll is gone: with what copies go by, without its texts."""
    return PollDeleted.model_validate(_facts(poll, now))


def _facts(poll: Poll, now: datetime) -> dict[str, Any]:
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
