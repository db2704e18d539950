"""Domain errors of voting; `http.py` maps each to a problem.

DomainError
├── NoVoterToken        the request has no voter token
├── InvalidVoterToken   the voter token is not genuine
├── VoterTokenExpired   the voter token is genuine but too old to vote; renewing it keeps the voter
├── ProofNeeded         the poll requires a proof of work, and the request has no valid one
├── PollUnknown         the poll does not exist or is a draft
├── NotOpenYet          the poll opens later
├── PollClosed          the poll has closed
├── PolicyNotMet        the vote was submitted under another policy than the poll's
├── CodeMissing         the poll requires a code
├── CodeUnexpected      the poll accepts no code
├── CodeRefused         the code is wrong, unknown, used or of another poll; the response never says which
├── TooManyCodes        the poll would have more codes than the maximum
├── InvalidState        codes cannot be minted for a closed poll or another policy
├── AlreadyVoted        this voter has already voted for the other option
├── Throttled           AWS throttled the call; nothing was written
│   └── TooManyVoterTokens   the network has reached its rate limit of new voter tokens
├── NotConfirmed        it is unknown whether the vote was written; a retry finds out
├── Unavailable         a dependency failed; nothing was written
└── NotStorable         the item can never be stored; a retry does not help
"""

from contracts.domain_error import DomainError
from contracts.problem import FieldError


class NoVoterToken(DomainError):
    """The request has no voter token."""


class InvalidVoterToken(DomainError):
    """The voter token is not genuine, or was changed."""


class VoterTokenExpired(DomainError):
    """The voter token is genuine but too old to vote. Renewing it keeps the voter."""


class ProofNeeded(DomainError):
    """The poll requires a proof of work, and the request has no valid one. A new challenge helps."""


class PollUnknown(DomainError):
    """The poll does not exist or is a draft."""


class NotOpenYet(DomainError):
    """The poll opens later, at `opens_at`."""


class PollClosed(DomainError):
    """The poll has closed."""


class PolicyNotMet(DomainError):
    """The vote was submitted under another policy than the poll's."""


class CodeMissing(DomainError):
    """The poll requires a code, and none was sent."""

    def __init__(self) -> None:
        super().__init__(errors=(FieldError(field="code", message="This poll asks for a code"),))


class CodeUnexpected(DomainError):
    """A code was sent, and the poll accepts none."""

    def __init__(self) -> None:
        super().__init__(errors=(FieldError(field="code", message="This poll takes no code"),))


class CodeRefused(DomainError):
    """The code is not of this poll, or another voter token has used it. The response never says which."""


class TooManyCodes(DomainError):
    """The poll would have more codes than the maximum."""

    def __init__(self, *, most: int, left: int) -> None:
        message = f"A poll has at most {most:,} codes; this one can have {left:,} more"
        super().__init__(errors=(FieldError(field="count", message=message),))


class InvalidState(DomainError):
    """The poll's policy or status does not allow this operation."""


class AlreadyVoted(DomainError):
    """This voter has already voted for the other option in this poll."""


class Throttled(DomainError):
    """AWS throttled the call. Nothing was written."""

    retry_after = 2


class TooManyVoterTokens(Throttled):
    """The network has reached its rate limit of new voter tokens; `retry_after` is the rest of the window."""


class NotConfirmed(DomainError):
    """It is unknown whether the vote was written. A retry with the same voter token finds out."""

    retry_after = 1


class Unavailable(DomainError):
    """A dependency is temporarily unavailable. Nothing was written."""

    retry_after = 1


class NotStorable(DomainError):
    """The item can never be stored; a retry does not help."""
