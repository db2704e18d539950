"""Why something asked for is not done: what `http.py` turns into a problem.

DomainError
├── PollNotFound        no such poll, or none the actor may know of
├── InvalidState          the poll's state does not allow it
├── AnotherPollActive   one poll is open at a time
├── RevisionConflict    somebody else has changed the poll
│   └── WriteConflict        … between reading and writing: reading again may help
├── TimeRefused         a time of opening or closing is not one the poll can have
├── RerunRefused        the poll that is to be run again is not there
├── BadCursor           not a cursor we gave out
├── NotAnImage          what was uploaded is no picture of a kind we take
├── PictureTooLarge     it has too many bytes or pixels
├── PictureRefused      it is one, but broken or moving
├── PictureNotFound     no picture of this name
├── TooEarly            a scheduled-close before its time
└── Unavailable         a part we depend on does not answer; the same request again is safe
"""

from contracts.problem import FieldError
from contracts.refusal import DomainError


class PollNotFound(DomainError):
    """There is no such poll, or none that the actor may know of."""


class InvalidState(DomainError):
    """The poll is in a state that does not allow this."""


class AnotherPollActive(DomainError):
    """Another poll is open, or scheduled, at the same time."""


class RevisionConflict(DomainError):
    """Somebody else has changed the poll."""


class WriteConflict(RevisionConflict):
    """The poll or the schedule was changed between reading and writing: read again and decide again."""


class TimeRefused(DomainError):
    """A time of opening or closing lies in the past, too far ahead, or on the wrong side of the other."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(errors=(FieldError(field=field, message=reason),))


class RerunRefused(DomainError):
    """The poll that is to be run again is not there."""

    def __init__(self) -> None:
        reason = "there is no such poll: leave it out to ask a new question"
        super().__init__(errors=(FieldError(field="rerun_of", message=reason),))


class BadCursor(DomainError):
    """The cursor is not one of ours."""

    def __init__(self) -> None:
        super().__init__(errors=(FieldError(field="cursor", message="use next_cursor of the page before"),))


class NotAnImage(DomainError):
    """What was uploaded is no picture of a kind we take."""


class PictureTooLarge(DomainError):
    """A picture of too many bytes or pixels."""


class PictureRefused(DomainError):
    """A picture that is broken, moving, or too full of detail."""

    def __init__(self, reason: str) -> None:
        super().__init__(errors=(FieldError(field="body", message=reason),))


class PictureNotFound(DomainError):
    """There is no picture of this name."""


class TooEarly(DomainError):
    """A scheduled-close came before its time: try again later."""


class Unavailable(DomainError):
    """A part this service depends on does not answer just now. The same request again is safe."""
