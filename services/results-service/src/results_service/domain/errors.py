"""Errors of this service. A `DomainError` becomes a problem response; the others are for operators."""

from contracts.domain_error import DomainError
from contracts.problem import FieldError


class UnknownPoll(DomainError):
    """The poll is unknown, or it is a draft and the reader is no organiser."""


class ResultsHidden(DomainError):
    """The poll's policy hides its counts from this reader; the message states until when."""


class ForeignPass(DomainError):
    """The results pass is not valid, or it is for another poll."""


class StoreUnavailable(Exception):
    """A read or write was not confirmed. It may have happened, so a retry must be idempotent."""


class VoteLogUnavailable(Exception):
    """The vote log cannot be read at the moment."""


class RecountNotOver(Exception):
    """The progress is stored, and the same order must be delivered again. The message states why."""


class NotSealed(DomainError):
    """Votes may still be written to the log. Two exports, before and after, would reveal single votes."""


class BadCursor(DomainError):
    """No export has returned this cursor, or its position is not in this log."""

    def __init__(self) -> None:
        super().__init__(errors=(FieldError(field="cursor", message="is not one that an export returned"),))


class NothingToRecount(DomainError):
    """The poll is a draft, so it has no votes."""


class AlreadyRebuilt(Exception):
    """The poll's counters were rebuilt. Its invalid records count by another rebuild, not one by one."""

    def __init__(self) -> None:
        super().__init__("this poll's counters were rebuilt: rebuild them again, the log is read as of now")


class MissingShardId(Exception):
    """The event names no stream shard, so there is no high-water mark and nothing may be counted."""


class BatchFailed(Exception):
    """Part of a batch failed, and its source supports no partial response: all of it must be retried."""


class NotPublished(DomainError):
    """The poll has closed, and its certificate is not published yet."""


class LogMismatch(Exception):
    """The receipts of a certified poll are not as many as its counted votes."""


class PublicationNotOver(Exception):
    """The progress is stored, and the same order must be delivered again. The message states why."""
