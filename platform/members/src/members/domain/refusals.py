"""Why something is not done to somebody, or not shown."""

from contracts.refusal import DomainError


class MemberNotFound(DomainError):
    """Nobody is called so."""


class MemberExists(DomainError):
    """The name, or the address, is somebody's already."""


class CannotModifySelf(DomainError):
    """Nobody changes their own role or removes themselves: one slip would lock them out.

    For this reason an owner is always left.
    """


class BadCursor(DomainError):
    """A cursor that we have not given out."""


class Throttled(DomainError):
    """The user pool asks for patience: mostly about invitations by e-mail."""

    retry_after = 60


class Unavailable(DomainError):
    """The user pool or the audit log does not answer just now."""

    retry_after = 2
