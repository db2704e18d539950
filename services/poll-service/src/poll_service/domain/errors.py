"""Domain errors: the reasons for a rejected request, which `http.py` maps to problems.

DomainError
├── PollNotFound         the poll does not exist, or the actor may not know of it
├── InvalidState         the poll's status does not allow it
├── AnotherPollActive    one poll is open at a time
├── RevisionConflict     another organiser has changed the poll
│   └── WriteConflict    … between reading and writing: reading again may help
├── InvalidTime          the poll cannot have this opening or closing time
├── UnknownRerun         the poll to repeat does not exist
├── BadCursor            the cursor was not issued here
├── NotAnImage           the upload is no image of a supported format
├── ImageTooLarge        the image has too many bytes or pixels
├── InvalidImage         the image is broken, animated, or has too much detail
├── ImageNotFound        there is no image of this name
├── TooEarly             a scheduled close was invoked before its time
└── Unavailable          a dependency does not respond; the same request again is safe
"""

from contracts.domain_error import DomainError
from contracts.problem import FieldError


class PollNotFound(DomainError):
    """The poll does not exist, or the actor may not know of it."""


class InvalidState(DomainError):
    """The status of the poll does not allow this."""


class AnotherPollActive(DomainError):
    """Another poll is open, or scheduled, at the same time."""


class RevisionConflict(DomainError):
    """Another organiser has changed the poll."""


class WriteConflict(RevisionConflict):
    """The poll or the schedule was changed between reading and writing: read and decide again."""


class InvalidTime(DomainError):
    """An opening or closing time is in the past, too far ahead, or on the wrong side of the other."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(errors=(FieldError(field=field, message=reason),))


class UnknownRerun(DomainError):
    """The poll to repeat does not exist."""

    def __init__(self) -> None:
        reason = "there is no such poll: leave it out to ask a new question"
        super().__init__(errors=(FieldError(field="rerun_of", message=reason),))


class BadCursor(DomainError):
    """The cursor was not issued here."""

    def __init__(self) -> None:
        super().__init__(errors=(FieldError(field="cursor", message="use next_cursor of the page before"),))


class NotAnImage(DomainError):
    """The upload is no image of a supported format."""


class ImageTooLarge(DomainError):
    """The image has too many bytes or pixels."""


class InvalidImage(DomainError):
    """The image is broken, animated, or has too much detail."""

    def __init__(self, reason: str) -> None:
        super().__init__(errors=(FieldError(field="body", message=reason),))


class ImageNotFound(DomainError):
    """There is no image of this name."""


class TooEarly(DomainError):
    """A scheduled close was invoked before its time: retry later."""


class Unavailable(DomainError):
    """A dependency of this service does not respond. The same request again is safe."""
