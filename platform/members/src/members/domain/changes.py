"""Rules for changes that an owner may make to another member's account, checked before any write."""

from collections.abc import Iterable

from contracts.members import InviteMember, Member
from contracts.problem import FieldError

from members.domain.errors import CannotModifySelf, MemberExists


def check_new(members: Iterable[Member], invitation: InviteMember) -> None:
    """Raise `MemberExists` if another account already has the name or the e-mail address.

    The list may be seconds behind. The pool itself rejects duplicates; this check only adds the name of the
    existing account to the error.
    """
    for member in members:
        if member.name == invitation.name:
            raise name_exists(member.name)
        if member.email and member.email.casefold() == invitation.email.casefold():
            raise _exists("email", f"{member.name} has this address already: change their role instead.")


def name_exists(name: str) -> MemberExists:
    """Return the error for a user name that already exists."""
    return _exists("name", f"{name} is there already: change their role instead.")


def _exists(field: str, why: str) -> MemberExists:
    return MemberExists(why, errors=(FieldError(field=field, message=why),))


def check_not_own(subject: str, principal: str) -> None:
    """Raise `CannotModifySelf` if an owner tries to change or remove their own account.

    This also ensures that an owner remains: every change is made by another current owner.
    """
    if subject == principal:
        raise CannotModifySelf("Ask another owner to change your role or to remove you.")
