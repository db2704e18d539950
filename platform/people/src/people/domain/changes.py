"""What an owner may do to another member's account, decided before anything is touched."""

from collections.abc import Iterable

from contracts.people import InvitePerson, Person
from contracts.problem import FieldError

from people.domain.refusals import OwnAccount, PersonExists


def check_new(people: Iterable[Person], wanted: InvitePerson) -> None:
    """Raise `PersonExists` when the name or the address is somebody's.

    The list may be seconds behind; the pool itself refuses a name or an address a second time. This check
    only names the account that has it.
    """
    for person in people:
        if person.name == wanted.name:
            raise name_exists(person.name)
        if person.email and person.email.casefold() == wanted.email.casefold():
            raise _exists("email", f"{person.name} has this address already: change their role instead.")


def name_exists(name: str) -> PersonExists:
    """Return the refusal of a name that an account has."""
    return _exists("name", f"{name} is there already: change their role instead.")


def _exists(field: str, why: str) -> PersonExists:
    return PersonExists(why, errors=(FieldError(field=field, message=why),))


def check_not_own(subject: str, asking: str) -> None:
    """Raise `OwnAccount` when an owner is about to change or remove themselves.

    It is also what leaves an owner: every change is made by another one, who is owner at that moment.
    """
    if subject == asking:
        raise OwnAccount("Ask another owner to change your role or to remove you.")
