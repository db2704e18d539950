"""What poll-service makes of a step, and why it refuses one: played, in its words, for the pages."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from contracts.ids import ManagedStatus
from contracts.model import Contract, format_instant
from contracts.polls import ChangePoll, EditPoll, OpenPoll, PollV4
from contracts.problem import FieldError, ProblemType
from contracts.trail import Deed

COUNTDOWN: Final = timedelta(seconds=3)
PROMISED_TO_NOBODY: Final = {"show_turnout", "embed_origins"}
BODIES: Final[Mapping[str, type[Contract]]] = {
    "open": OpenPoll, "close": ChangePoll, "archive": ChangePoll, "edit": EditPoll, "delete": ChangePoll,
}  # fmt: skip
DEEDS: Final[Mapping[str, Deed]] = {
    "open": Deed.POLL_OPENED, "close": Deed.POLL_CLOSED, "archive": Deed.POLL_ARCHIVED,
    "edit": Deed.POLL_CHANGED, "delete": Deed.POLL_DELETED,
}  # fmt: skip


class RefusedStep(Exception):
    """Why a step is not taken."""

    def __init__(self, kind: ProblemType, detail: str | None = None, **fields: str) -> None:
        super().__init__(detail)
        self.kind = kind
        errors = tuple(FieldError(field=name, message=message) for name, message in fields.items())
        self.more: dict[str, Any] = {"detail": detail} if detail else {"errors": errors}


def told(poll: PollV4, now: datetime) -> PollV4:
    """Return the poll with its status by the clock."""
    status = poll.status
    if status is ManagedStatus.OPEN:
        if poll.closes_at and poll.closes_at <= now:
            status = ManagedStatus.CLOSED
        elif poll.opens_at and poll.opens_at > now + COUNTDOWN:
            status = ManagedStatus.SCHEDULED
    return poll.model_copy(update={"status": status})


def changes_of(
    poll: PollV4, others: Iterable[PollV4], step: str, body: dict[str, Any], now: datetime
) -> dict[str, Any]:
    """Return what the step changes of the poll. Raises `RefusedStep`, and `ValidationError` for the body."""
    wanted = BODIES[step].model_validate(body)
    status = told(poll, now).status
    match wanted:
        case OpenPoll():
            changes = _opened(poll, status, wanted, now)
        case EditPoll():
            changes = _edited(poll, status, wanted, now)
        case _:
            changes = _ended(poll, status, step, now)
    after = poll.model_copy(update=changes)
    if {"opens_at", "closes_at"} & changes.keys() and after.status is ManagedStatus.OPEN:
        _require_alone(after, others, now)
    return changes


def _opened(poll: PollV4, status: ManagedStatus, wanted: OpenPoll, now: datetime) -> dict[str, Any]:
    if status in {ManagedStatus.OPEN, ManagedStatus.CLOSED}:
        raise RefusedStep(ProblemType.WRONG_STATE, f"This poll is already {status}")
    opens_at = max(wanted.opens_at or now, now + COUNTDOWN)
    if wanted.opens_at and wanted.opens_at <= now:
        raise RefusedStep(
            ProblemType.MALFORMED, opens_at="has passed: give a time to come, or none to open now"
        )
    closes_at = wanted.closes_at or poll.closes_at
    _require_order(opens_at, closes_at)
    return {"status": ManagedStatus.OPEN, "opens_at": opens_at, "closes_at": closes_at}


def _edited(poll: PollV4, status: ManagedStatus, wanted: EditPoll, now: datetime) -> dict[str, Any]:
    given = {name: getattr(wanted, name) for name in wanted.model_fields_set - {"revision"}}
    if wanted.status:
        if status not in {ManagedStatus.SCHEDULED, ManagedStatus.DRAFT}:
            detail = "This poll is open, or opens in less than three seconds: close it"
            raise RefusedStep(ProblemType.WRONG_STATE, detail)
        return given
    if status is ManagedStatus.OPEN and "closes_at" in given:
        _require_later(poll.closes_at, wanted.closes_at, now)
    elif status in {ManagedStatus.DRAFT, ManagedStatus.SCHEDULED}:
        _require_order(given.get("opens_at", poll.opens_at) or now, given.get("closes_at", poll.closes_at))
    elif given.keys() - PROMISED_TO_NOBODY:
        detail = "What voters were promised stays: make a new poll, or run this one again"
        raise RefusedStep(ProblemType.WRONG_STATE, detail)
    return given


def _ended(poll: PollV4, status: ManagedStatus, step: str, now: datetime) -> dict[str, Any]:
    fits = {
        "close": status is ManagedStatus.OPEN,
        "archive": status is ManagedStatus.CLOSED,
        "delete": status is ManagedStatus.DRAFT or poll.archived_at is not None,
    }
    if not fits[step]:
        first = {"close": "open it", "archive": "close it", "delete": "archive it"}[step]
        raise RefusedStep(ProblemType.WRONG_STATE, f"This poll is {status}: {first} first")
    return {
        "close": {"closes_at": min(poll.closes_at or now + COUNTDOWN, now + COUNTDOWN)},
        "archive": {"archived_at": now},
        "delete": {},
    }[step]


def _require_order(opens_at: datetime, closes_at: datetime | None) -> None:
    if closes_at and closes_at <= opens_at:
        why = f"must be later than the poll opens: {format_instant(opens_at)}"
        raise RefusedStep(ProblemType.MALFORMED, closes_at=why)


def _require_later(before: datetime | None, after: datetime | None, now: datetime) -> None:
    soon = now + COUNTDOWN
    why = None
    if before and before <= soon:
        why = "stands: the poll closes in less than three seconds"
    elif before and after and after < before:
        why = "can only become later once the poll is open: close it to end it now"
    elif after and after <= soon:
        why = "must be more than three seconds away: close the poll to end it now"
    if why:
        raise RefusedStep(ProblemType.MALFORMED, closes_at=why)


def _require_alone(poll: PollV4, others: Iterable[PollV4], now: datetime) -> None:
    for other in others:
        planned = other.status is ManagedStatus.OPEN and told(other, now).status is not ManagedStatus.CLOSED
        if other.poll_id == poll.poll_id or not planned or not (other.opens_at and poll.opens_at):
            continue
        apart = (other.closes_at and other.closes_at <= poll.opens_at) or (
            poll.closes_at and poll.closes_at <= other.opens_at
        )
        if not apart:
            until = f" to {format_instant(other.closes_at)}" if other.closes_at else ""
            detail = f"Poll {other.poll_id} is scheduled from {format_instant(other.opens_at)}{until}"
            raise RefusedStep(ProblemType.ANOTHER_POLL_ACTIVE, f"{detail}: end before that, or begin after")
