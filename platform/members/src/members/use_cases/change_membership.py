"""Invite, change and remove members, in an order in which no crash gives anybody more than before.

Authority is read from the present, never from the token: the owner who asks is looked up in the pool and in
the table of members before anything is done, and once more inside the transaction that records the change.
That transaction comes first; the pool's groups follow it. So a role that is taken away is gone from the
record, which every service reads, before anything else happens, and a change that was cut short is completed
by asking again. The entry in the audit log is part of that transaction; that of an invitation is written
first, once for the invitation's id.
"""

from typing import Self
from uuid import uuid4

import boto3
from contracts.members import InviteMember, Member
from contracts.roles import Role
from gateway.audit_log import AuditLog, PendingAuditEvent
from gateway.aws import CALLS, bounded
from gateway.members import Unrecorded
from gateway.organiser import Principal

from members.adapters.aws import SDK
from members.adapters.members import MembersStore, NotInvitedNow
from members.adapters.user_pool import Account, UserPool
from members.config import MembershipSettings
from members.domain.changes import check_new, check_not_own, name_exists
from members.domain.refusals import MemberExists, MemberNotFound


class Membership:
    """Invites, changes and removes members. Raises the refusals of `domain`, and `InsufficientRole`."""

    def __init__(self, pool: UserPool, members: MembersStore, audit_log: AuditLog) -> None:
        self._pool = pool
        self._members = members
        self._audit_log = audit_log

    @classmethod
    def of(cls, settings: MembershipSettings) -> Self:
        """Return the one of this pool, table and audit log, with clients of its own."""
        cognito = bounded(boto3.client("cognito-idp", config=SDK))
        dynamodb = bounded(boto3.client("dynamodb", config=CALLS))
        return cls(
            UserPool(cognito, settings.user_pool_id),
            MembersStore(dynamodb, settings.members_table),
            AuditLog(dynamodb, settings.audit_log_table),
        )

    def current_role(self, asking: Principal) -> Role | None:
        """Return the role that the pool and the record agree on; None for a locked or replaced account."""
        try:
            account = self._pool.account(asking.name)
        except MemberNotFound:
            return None
        if account.subject != asking.subject or not account.enabled:
            return None
        return self._held(account)

    def invite(self, wanted: InviteMember, done: PendingAuditEvent) -> Member:
        """Make the account, then record and give the role: an account that is half invited can do nothing.

        An invitation that comes again, by its id, is completed and answered as the first time.
        """
        account = self._made_before(wanted)
        if account is None:
            check_new(self._pool.members(), wanted)
            self._audit_log.add_once(done.entry(), str(wanted.invitation_id or uuid4()))
            account = self._made_once(wanted)
        try:
            self._members.give_first_role(account.subject, wanted.role, by=done.who.subject)
        except NotInvitedNow:
            if self._members.recorded_role(account.subject) is not wanted.role:
                raise name_exists(wanted.name) from None
        self._pool.give(wanted.name, wanted.role)
        return account.member.model_copy(update={"role": wanted.role})

    def change(self, name: str, role: Role, done: PendingAuditEvent) -> Member:
        """Give a role in place of the one before, and end the sessions that still have that."""
        account = self._changeable(name, done.who)
        if account.member.role is role and self._held(account) is role:
            return account.member
        self._record(account, role, done)
        self._pool.take_roles(name)
        self._pool.give(name, role)
        self._pool.sign_out(name)
        return account.member.model_copy(update={"role": role})

    def remove(self, name: str, done: PendingAuditEvent) -> Member:
        """Take the role, end the sessions, delete the account."""
        account = self._changeable(name, done.who)
        self._record(account, None, done)
        self._pool.take_roles(name)
        self._pool.sign_out(name)
        self._pool.remove(name)
        return account.member

    def _record(self, account: Account, role: Role | None, done: PendingAuditEvent) -> None:
        """Record the role, and with it that it was given; a change that was cut short after that has both."""
        try:
            if self._members.recorded_role(account.subject) is role:
                return
        except Unrecorded:
            pass
        entry = self._audit_log.part_of_transaction(done.entry())
        self._members.set_role(account.subject, role, done.who.subject, entry)

    def _made_before(self, wanted: InviteMember) -> Account | None:
        """Return the account that this very invitation made. Raises `MemberExists` for any other one."""
        try:
            account = self._pool.account(wanted.name)
        except MemberNotFound:
            return None
        same = account.member.email == wanted.email and account.invitation == str(wanted.invitation_id)
        if wanted.invitation_id is None or not same:
            raise name_exists(wanted.name)
        return account

    def _made_once(self, wanted: InviteMember) -> Account:
        """Make the account; one that exists may be this call's own, repeated after a lost answer."""
        try:
            return self._pool.invite(wanted)
        except MemberExists:
            account = self._made_before(wanted)
            if account is None:
                raise
            return account

    def _changeable(self, name: str, asking: Principal) -> Account:
        account = self._pool.account(name)
        check_not_own(account.subject, asking.subject)
        return account

    def _held(self, account: Account) -> Role | None:
        try:
            return Role.weaker(account.member.role, self._members.recorded_role(account.subject))
        except Unrecorded:
            return account.member.role
