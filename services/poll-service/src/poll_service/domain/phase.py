"""Phase: the status of a poll by the clock, and the commands that it forbids."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final

from contracts.enums import PollStatus

from poll_service.domain.clock import COUNTDOWN_TEXT
from poll_service.domain.poll import Poll


class Command(StrEnum):
    """Commands for an existing poll."""

    OPEN = "open"
    CLOSE = "close"
    EDIT = "edit"
    UNSCHEDULE = "unschedule"
    DELETE = "delete"
    FINISH = "finish"
    ARCHIVE = "archive"


class Phase(StrEnum):
    """The status of a poll by the clock, as far as commands depend on it."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    OPEN = "open"
    OVERDUE = "overdue"
    CLOSED = "closed"
    ARCHIVED = "archived"


FORBIDDEN: Final[Mapping[tuple[Command, Phase], str]] = {
    (Command.OPEN, Phase.OPEN): "This poll is already open",
    (Command.OPEN, Phase.OVERDUE): "This poll is already closed",
    (Command.OPEN, Phase.CLOSED): "This poll is already closed",
    (Command.OPEN, Phase.ARCHIVED): "This poll is archived",
    (Command.CLOSE, Phase.DRAFT): "This poll is a draft: open it first",
    (
        Command.CLOSE,
        Phase.SCHEDULED,
    ): "This poll opens later: take it back (status: draft), or open it",
    (Command.EDIT, Phase.ARCHIVED): "This poll is archived",
    (
        Command.UNSCHEDULE,
        Phase.OPEN,
    ): f"This poll is open, or opens in less than {COUNTDOWN_TEXT}: close it",
    (Command.UNSCHEDULE, Phase.OVERDUE): "This poll is already closed",
    (Command.UNSCHEDULE, Phase.CLOSED): "This poll is already closed",
    (Command.UNSCHEDULE, Phase.ARCHIVED): "This poll is archived",
    (Command.DELETE, Phase.SCHEDULED): "This poll is scheduled: take it back (status: draft) first",
    (Command.DELETE, Phase.OPEN): "This poll is open: close and archive it first",
    (Command.DELETE, Phase.OVERDUE): "This poll is closed: archive it first",
    (Command.DELETE, Phase.CLOSED): "This poll is closed: archive it first",
    (Command.ARCHIVE, Phase.DRAFT): "This poll is a draft: it has no votes",
    (Command.ARCHIVE, Phase.SCHEDULED): "This poll is scheduled: it has no votes",
    (Command.ARCHIVE, Phase.OPEN): "This poll is open: close it first",
    (Command.ARCHIVE, Phase.OVERDUE): "This poll has closed this very moment: ask again",
}
"""Every forbidden transition, with the reason: the text of `InvalidState`."""


def phase_at(poll: Poll, now: datetime) -> Phase:
    """Return the phase of the poll by the clock."""
    if poll.archived_at is not None:
        return Phase.ARCHIVED
    if poll.status is PollStatus.OPEN and poll.status_at(now) is PollStatus.CLOSED:
        return Phase.OVERDUE
    if poll.is_scheduled(now):
        return Phase.SCHEDULED
    return Phase(poll.status)
