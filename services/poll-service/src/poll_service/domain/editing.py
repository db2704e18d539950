"""Edits of an existing poll: which fields may change, and until when.

From its opening on, a poll is a promise to its voters: its question, its policy, its visibility. Only its end
may still move, to a later time or to a sooner one, and settings that promise nothing to voters may change.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from contracts.enums import PollStatus
from contracts.events import PollChanged
from contracts.poll_snapshot import DisplaySettings, PollSettings
from contracts.polls import EditPoll
from contracts.problem import FieldError

from poll_service.domain.change import Change
from poll_service.domain.clock import COUNTDOWN, COUNTDOWN_TEXT
from poll_service.domain.errors import InvalidState, InvalidTime
from poll_service.domain.phase import Phase, phase_at
from poll_service.domain.poll import Poll, changed_fields
from poll_service.domain.poll_event import event_of
from poll_service.domain.schedule import Schedule, TimeSlot
from poll_service.domain.times import check_end, check_times, moment_of_opening

ALWAYS: Final = frozenset({*DisplaySettings.model_fields, "embed_origins"})
UNTIL_CLOSED: Final = ALWAYS | {"closes_at"}


def changed_poll(poll: Poll, schedule: Schedule, wanted: EditPoll, now: datetime) -> Change:
    """Return the change that an edit makes; without any difference it is empty.

    Raises `InvalidState` with each field that is fixed, `InvalidTime`, `AnotherPollActive`.
    """
    phase = phase_at(poll, now)
    after = _edited(poll, wanted)
    back = wanted.status is not None and phase is Phase.SCHEDULED
    if after == poll and not back:
        return Change(poll)
    if phase in {Phase.DRAFT, Phase.SCHEDULED}:
        after = replace(after, status=PollStatus.DRAFT) if back else after
        return _before_opening(poll, after, schedule, now)
    _require_open_fields(poll, after, phase)
    if after.closes_at != poll.closes_at:
        _require_movable_end(poll, after, now)
        return _planned(after, schedule, now)
    return _changed(after, now)


def _edited(poll: Poll, wanted: EditPoll) -> Poll:
    given = {name: getattr(wanted, name) for name in wanted.model_fields_set - {"revision", "status"}}
    settings = {name: given.pop(name) for name in PollSettings.model_fields.keys() & given.keys()}
    if options := given.pop("options", None):
        given |= {"option_a": options.a.label, "image_a": options.a.image}
        given |= {"option_b": options.b.label, "image_b": options.b.image}
    return replace(poll, settings=poll.settings.model_copy(update=settings), **given)


def _before_opening(before: Poll, after: Poll, schedule: Schedule, now: datetime) -> Change:
    if (after.opens_at, after.closes_at) != (before.opens_at, before.closes_at):
        check_times(after.opens_at, after.closes_at, now)
    if after.status is PollStatus.DRAFT:
        changed = _changed(after, now)
        return (
            replace(changed, schedule=schedule.without(after.poll_id, now))
            if before.status is not after.status
            else changed
        )
    if after.opens_at is None:
        raise InvalidTime(
            "opens_at", "a scheduled poll has one: take the poll back (status: draft), or open it"
        )
    opens_at = moment_of_opening(after.opens_at, now)
    check_end(after.closes_at, opens_at)
    return _planned(replace(after, opens_at=opens_at), schedule, now)


def _require_open_fields(before: Poll, after: Poll, phase: Phase) -> None:
    free = UNTIL_CLOSED if phase is Phase.OPEN else ALWAYS
    fixed = [_FIELDS.get(name, name) for name in changed_fields(before, after) if name not in free]
    if fixed:
        since = "the poll has opened" if phase is Phase.OPEN else "the poll has closed"
        raise InvalidState(
            "What voters were promised stays: make a new poll, or run this one again",
            errors=tuple(FieldError(field=field, message=f"cannot change once {since}") for field in fixed),
        )


_FIELDS: Final[Mapping[str, str]] = {
    "option_a": "options.a.label",
    "image_a": "options.a.image",
    "option_b": "options.b.label",
    "image_b": "options.b.image",
}


def _require_movable_end(before: Poll, after: Poll, now: datetime) -> None:
    """Require that both ends are further away than copies of the poll need to receive the change."""
    soon = now + COUNTDOWN
    if before.closes_at is not None and before.closes_at <= soon:
        raise InvalidTime("closes_at", f"stands: the poll closes in less than {COUNTDOWN_TEXT}")
    if after.closes_at is not None and after.closes_at <= soon:
        raise InvalidTime(
            "closes_at", f"must be more than {COUNTDOWN_TEXT} away: close the poll to end it now"
        )
    check_end(after.closes_at, before.opens_at or now)


def _planned(poll: Poll, schedule: Schedule, now: datetime) -> Change:
    """Return the change with the poll's new time slot, and a scheduled close at its end."""
    slot = TimeSlot(poll.poll_id, poll.opens_at or now, poll.closes_at)
    return replace(_changed(poll, now), schedule=schedule.with_slot(slot, now), close_at=poll.closes_at)


def _changed(poll: Poll, now: datetime) -> Change:
    after = replace(poll, revision=poll.revision + 1)
    return Change(after, event_of(PollChanged, after, now))
