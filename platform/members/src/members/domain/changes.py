"""What an owner may do to another member's account, decided before anything is touched."""

from collections.abc import Iterable

from contracts.members import InviteMember, Member
from contracts.problem import FieldError

from members.domain.refusals import CannotModifySelf, MemberExists


def check_new(members: Iterable[Member], wanted: InviteMember) -> None:
    """Raise `MemberExists` when the name or the address is somebody's.

    The list may be seconds behind; the pool itself refuses a name or an address a second time. This check
    only names the account that has it.
    """
    for member in members:
        if member.name == wanted.name:
            raise name_exists(member.name)
        if member.email and member.email.casefold() == wanted.email.casefold():
            raise _exists("email", f"{member.name} has this address already: change their role instead.")


def name_exists(name: str) -> MemberExists:
    """Return the refusal of a name that an account has."""
    return _exists("name", f"{name} is there already: change their role instead.")


def _exists(field: str, why: str) -> MemberExists:
    return MemberExists(why, errors=(FieldError(field=field, message=why),))


def check_not_own(subject: str, principal: str) -> None:
    """Raise `CannotModifySelf` when an owner is about to change or remove themselves.

    It is also what leaves an owner: every change is made by another one, who is owner at that moment.
    """
    if subject == principal:
        raise CannotModifySelf("Ask another owner to change your role or to remove you.")
