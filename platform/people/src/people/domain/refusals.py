"""Why something is not done to somebody, or not shown."""

from contracts.refusal import Refused


class UnknownPerson(Refused):
    """Nobody is called so."""


class PersonExists(Refused):
    """The name, or the address, is somebody's already."""


class OwnAccount(Refused):
    """Nobody changes their own role or removes themselves: one slip would lock them out.

    For this reason an owner is always left.
    """


class BadCursor(Refused):
    """A cursor that we have not given out."""


class Throttled(Refused):
    """The user pool asks for patience: mostly about invitations by e-mail."""

    retry_after = 60


class Unavailable(Refused):
    """The user pool or the trail does not answer just now."""

    retry_after = 2
