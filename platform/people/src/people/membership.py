"""What an owner does to somebody's account, in an order in which no crash gives anybody more than before.

A role is taken before another is given, and whoever stops being owner stops before it is looked who is left:
of two owners who remove each other at once both may be refused, and never are both gone. The trail is written
first of all, once it is known that nothing speaks against it.
"""

from typing import Self

import boto3
from contracts.people import InvitePerson, Person
from contracts.roles import Role
from gateway.aws import bounded
from gateway.organiser import Organiser
from gateway.trail import AuditTrail, Done

from people.config import MembershipSettings
from people.domain.changes import check_new, check_not_own, check_owner_left, find, without
from people.domain.refusals import LastOwner
from people.store.aws import SDK
from people.store.user_pool import UserPool


class Membership:
    """Invites, changes and removes people. Raises the refusals of `domain`."""

    def __init__(self, pool: UserPool, trail: AuditTrail) -> None:
        self._pool = pool
        self._trail = trail

    @classmethod
    def of(cls, settings: MembershipSettings) -> Self:
        """Return the one of this pool and trail, with clients of its own."""
        cognito, dynamodb = (
            bounded(boto3.client("cognito-idp", config=SDK)),
            bounded(boto3.client("dynamodb", config=SDK)),
        )
        return cls(UserPool(cognito, settings.user_pool_id), AuditTrail(dynamodb, settings.trail_table))

    def invite(self, wanted: InvitePerson, done: Done) -> Person:
        """Make the account, then give the role: whoever is only half invited can do nothing."""
        check_new(self._pool.people(), wanted)
        self._trail.add(done.entry())
        self._pool.invite(wanted)
        self._pool.give(wanted.name, wanted.role)
        return find(self._pool.people(), wanted.name)

    def change(self, name: str, role: Role, done: Done) -> Person:
        """Give a role in place of the one before, and end the sessions that still have that."""
        person = self._changeable(name, done.who)
        if person.role is role:
            return person
        self._trail.add(done.entry())
        self._lose_role(person)
        self._pool.give(name, role)
        self._pool.sign_out(name)
        return find(self._pool.people(), name)

    def remove(self, name: str, done: Done) -> Person:
        """Take the role, end the sessions, delete the account."""
        person = self._changeable(name, done.who)
        self._trail.add(done.entry())
        self._lose_role(person)
        self._pool.sign_out(name)
        self._pool.remove(name)
        return person

    def _changeable(self, name: str, asking: Organiser) -> Person:
        people = self._pool.people()
        person = find(people, name)
        if person.role is Role.OWNER:
            check_owner_left(without(people, name))
        check_not_own(name, asking.name)
        return person

    def _lose_role(self, person: Person) -> None:
        self._pool.take_roles(person.name)
        if person.role is not Role.OWNER:
            return
        try:
            check_owner_left(self._pool.people())
        except LastOwner:
            self._pool.give(person.name, Role.OWNER)
            raise
