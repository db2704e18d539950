"""Domain errors of this service."""

from contracts.domain_error import DomainError


class MemberNotFound(DomainError):
    """No member has this name."""


class NoAccount(MemberNotFound):
    """No account has this name or address: it never existed, or was removed."""


class MemberExists(DomainError):
    """A member with this name or e-mail address already exists."""


class CannotModifySelf(DomainError):
    """Owners cannot change their own role or remove themselves.

    This prevents accidental lockout and ensures that at least one owner remains.
    """


class BadCursor(DomainError):
    """The cursor was not issued by this service."""


class Throttled(DomainError):
    """Cognito throttled the request, mostly because of the limit of invitation e-mails."""

    retry_after = 60


class Unavailable(DomainError):
    """The user pool or a table is temporarily unavailable."""

    retry_after = 2
