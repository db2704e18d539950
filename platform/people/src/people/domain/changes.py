"""What an owner may do to somebody's account, decided before anything is touched."""

from collections.abc import Iterable

from contracts.people import InvitePerson, Person
from contracts.problem import FieldError
from contracts.roles import Role

from people.domain.refusals import LastOwner, OwnAccount, PersonExists, UnknownPerson


def find(people: Iterable[Person], name: str) -> Person:
    """Return the person of this name. Raises `UnknownPerson`."""
    for person in people:
        if person.name == name:
            return person
    raise UnknownPerson


def check_new(people: Iterable[Person], wanted: InvitePerson) -> None:
    """Raise `PersonExists` when the name or the address is somebody's."""
    for person in people:
        if person.name == wanted.name:
            raise _exists("name", f"{person.name} is there already: change their role instead.")
        if person.email and person.email.casefold() == wanted.email.casefold():
            raise _exists("email", f"{person.name} has this address already: change their role instead.")


def _exists(field: str, why: str) -> PersonExists:
    return PersonExists(why, errors=(FieldError(field=field, message=why),))


def check_not_own(name: str, asking: str) -> None:
    """Raise `OwnAccount` when somebody is about to change or remove themselves."""
    if name.casefold() == asking.casefold():
        raise OwnAccount("Ask another owner to change your role or to remove you.")


def check_owner_left(people: Iterable[Person]) -> None:
    """Raise `LastOwner` when nobody of these is owner."""
    if not any(person.role is Role.OWNER for person in people):
        raise LastOwner("Make somebody else owner first.")


def without(people: Iterable[Person], name: str) -> list[Person]:
    """Return everybody else."""
    return [person for person in people if person.name != name]
