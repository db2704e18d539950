"""What can go wrong in this service, in its own words: refusals have a reader, failures have an operator."""

from contracts.problem import FieldError
from contracts.refusal import DomainError


class UnknownPoll(DomainError):
    """No such poll is known here, or it is a draft and the reader is no organiser."""


class ResultsHidden(DomainError):
    """The poll's policy hides its counts from this reader; the message says until when."""


class ForeignPass(DomainError):
    """The results pass is not valid, or not for this poll."""


class StoreUnavailable(Exception):
    """A read or write was not confirmed. It may have happened: whoever repeats it must be safe to repeat."""


class VoteLogUnavailable(Exception):
    """The log of votes could not be read just now."""


class RecountNotOver(Exception):
    """What was done is kept; the same order must come again for the rest. The message says why."""


class NotSealed(DomainError):
    """Votes may still join the log: what is taken home now would tell them apart from those that come."""


class BadCursor(DomainError):
    """The cursor is none that an export has returned, or its place is not in this log."""

    def __init__(self) -> None:
        super().__init__(errors=(FieldError(field="cursor", message="is not one that an export returned"),))


class NothingToRecount(DomainError):
    """The poll is a draft: nobody can have voted."""


class AlreadyRebuilt(Exception):
    """The poll's counters were rebuilt: its invalid records are judged again by the log, not one by one."""

    def __init__(self) -> None:
        super().__init__("this poll's counters were rebuilt: rebuild them again, the log is read as of now")


class MissingShardId(Exception):
    """The event names no stream shard, so no high-water mark can be right: nothing may be counted."""


class BatchFailed(Exception):
    """Part of a batch was not done and its source cannot be told which: all of it must come again."""
