"""Stream records as vote-service and poll-service write them, and invalid ones."""

from datetime import UTC, datetime
from typing import Any, Final

from contracts.enums import Choice, PollStatus, ResultVisibility, VoterPolicy
from contracts.events import PollClosed, PollClosing, PollCreated, PollEvent, PollOpened, VoteCast
from contracts.stream import event_attribute

from .stream import Record

VOTED_AT: Final = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
POLL_EVENTS: Final[tuple[tuple[type[PollEvent], PollStatus], ...]] = (
    (PollCreated, PollStatus.DRAFT),
    (PollOpened, PollStatus.OPEN),
    (PollClosing, PollStatus.OPEN),
    (PollClosed, PollStatus.CLOSED),
)
"""A poll's events by revision, from 1."""


def vote(poll_id: str, number: int, kind: str, at: datetime = VOTED_AT) -> Record:
    """Return VotesLog's record of a vote for `a` or `b`, of a changed vote, or of an invalid one.

    The second poll shuffles its options.
    """
    keys = {"pk": {"S": f"{poll_id}#{number % 16}"}, "sk": {"S": f"voter-{number}"}}
    if kind == "poison":
        third = {"type": {"S": "vote_cast"}, "version": {"N": "1"}, "choice": {"S": "c"}}
        event: dict[str, Any] = {"M": third}
    else:
        choice = Choice.A if kind == "tampered" else Choice(kind)
        shuffles = poll_id.endswith("2")
        event = event_attribute(
            VoteCast(
                poll_id=poll_id,
                choice=choice,
                recorded_at=at,
                shown_first=tuple(Choice)[number % 2] if shuffles else None,
                trace_id=f"{number:032x}",
            )
        )
    name = "MODIFY" if kind == "tampered" else "INSERT"
    return {"eventName": name, "dynamodb": {"Keys": keys, "NewImage": {**keys, "event": event}}}


def poll_event(poll_id: str, revision: int) -> Record:
    """Return the Polls stream's record of a poll's event."""
    model, status = POLL_EVENTS[revision - 1]
    event = model.model_validate(
        {
            "poll_id": poll_id,
            "question": "This or that?",
            "option_a": "this",
            "option_b": "that",
            "status": status,
            "opens_at": VOTED_AT if revision > 1 else None,
            "closes_at": VOTED_AT if revision > 2 else None,
            "policy": VoterPolicy.DEVICE,
            "result_visibility": ResultVisibility.ALWAYS,
            "revision": revision,
            "occurred_at": VOTED_AT,
        }
    )
    keys = {"poll_id": {"S": poll_id}}
    image = {**keys, "event": event_attribute(event)}
    name = "INSERT" if revision == 1 else "MODIFY"
    return {"eventName": name, "dynamodb": {"Keys": keys, "NewImage": image}}
