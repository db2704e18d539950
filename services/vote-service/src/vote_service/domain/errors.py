"""Why a voter token or a vote is not taken: what `http.py` turns into a problem.

DomainError
├── NoVoterToken         the request carries none
├── InvalidVoterToken        not one of ours, or changed
├── VoterTokenExpired    genuine, but too old to vote with; renewing it keeps the voter
├── ProofNeeded      this poll asks for a proof of work, and what came is none that counts
├── PollUnknown      no such poll, or nobody outside may know of it yet
├── NotOpenYet       the countdown still runs
├── PollClosed       the time of closing has passed
├── PolicyNotMet     this poll asks for something else than what was shown
├── CodeMissing      this poll asks for a code
├── CodeUnexpected   this poll takes no code
├── CodeRefused      wrong, unknown, used, of another poll: never said which
├── TooManyCodes     the poll could not tell so many apart
├── InvalidState       nothing is minted for a poll of another policy, or a closed one
├── AddressUnknown   the edge did not say where the request comes from
├── AlreadyVoted     a vote of this voter stands, for the other option
├── Throttled        AWS asks us to slow down; nothing was done
│   └── TooManyVoterTokens   this network was given as many new voter tokens as it gets for now
├── NotConfirmed     nobody knows whether the vote was written; the same request again finds out
├── Unavailable      a part we depend on does not answer; nothing was done
└── NotStorable      the store will never take this, however often it is sent
"""

from contracts.problem import FieldError
from contracts.refusal import DomainError


class NoVoterToken(DomainError):
    """The request carries no voter token."""


class InvalidVoterToken(DomainError):
    """Not a voter token of ours, or changed."""


class VoterTokenExpired(DomainError):
    """The voter token is genuine but too old to vote with. Renewing it keeps the voter."""


class ProofNeeded(DomainError):
    """This poll asks for a proof of work, and what came is none that counts. A new challenge helps."""


class PollUnknown(DomainError):
    """There is no such poll, or nobody outside may know of it yet."""


class NotOpenYet(DomainError):
    """The poll's countdown still runs; `opens_at` is when it ends."""


class PollClosed(DomainError):
    """The poll's time of closing has passed."""


class PolicyNotMet(DomainError):
    """The poll's policy asks for something else than what was shown."""


class CodeMissing(DomainError):
    """This poll asks for a code, and none was sent."""

    def __init__(self) -> None:
        super().__init__(errors=(FieldError(field="code", message="This poll asks for a code"),))


class CodeUnexpected(DomainError):
    """A code was sent, and this poll takes none."""

    def __init__(self) -> None:
        super().__init__(errors=(FieldError(field="code", message="This poll takes no code"),))


class CodeRefused(DomainError):
    """Not a code of this poll, or one that another voter token has used: all one and the same refusal."""


class TooManyCodes(DomainError):
    """More codes than a poll can tell apart."""

    def __init__(self, *, most: int, left: int) -> None:
        message = f"A poll has at most {most:,} codes; this one can have {left:,} more"
        super().__init__(errors=(FieldError(field="count", message=message),))


class InvalidState(DomainError):
    """The poll's policy or its state does not allow this."""


class AddressUnknown(DomainError):
    """The edge did not say where the request comes from, as it always does: a matter of its settings."""


class AlreadyVoted(DomainError):
    """A vote of this voter stands in this poll, for the other option."""


class Throttled(DomainError):
    """AWS asks us to slow down. Nothing was done."""

    retry_after = 2


class TooManyVoterTokens(Throttled):
    """This network was given as many new voter tokens as it gets for now; `retry_after` says until when."""


class NotConfirmed(DomainError):
    """The vote may have been written. Repeating the request with the same voter token finds out."""

    retry_after = 1


class Unavailable(DomainError):
    """A part this service depends on does not answer just now. Nothing was done."""

    retry_after = 1


class NotStorable(DomainError):
    """The store will never take this, however often it is sent."""
