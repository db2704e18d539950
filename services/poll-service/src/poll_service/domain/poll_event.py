"""A poll told to others, in the lowest version that says all of it: old readers shall read what they can."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from contracts.events import (
    PollArchived,
    PollArchivedV2,
    PollArchivedV3,
    PollClosed,
    PollClosedV2,
    PollClosedV3,
    PollClosing,
    PollClosingV2,
    PollClosingV3,
    PollCreated,
    PollCreatedV2,
    PollCreatedV3,
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
    state = {
        "poll_id": poll.poll_id,
        "question": poll.question,
        "option_a": poll.option_a,
        "option_b": poll.option_b,
        "status": poll.status,
        "opens_at": poll.opens_at,
        "closes_at": poll.closes_at,
        "policy": poll.policy,
        "result_visibility": poll.result_visibility,
        "revision": poll.revision,
        "occurred_at": now,
    }
    if poll.show_turnout:
        settings = {"proof_of_work": poll.proof_of_work, "show_turnout": True}
        return WITH_TURNOUT[kind].model_validate(state | settings)
    if poll.proof_of_work:
        return WITH_PROOF_OF_WORK[kind].model_validate(state | {"proof_of_work": True})
    return kind.model_validate(state)
