"""Invite, change and remove members, in an order in which no crash gives anybody more than before.

Authority is read from the present, never from the token: the owner who asks is looked up in the pool and in
the table of members before anything is pending, and once more inside the transaction that records the change.
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
from gateway.aws import AWS_CONFIG, bounded
from gateway.members import Unrecorded
from gateway.organiser import Principal

from members.adapters.aws import LONG_READ_CONFIG
from members.adapters.members import MembersStore, RoleAlreadyRecorded
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
        cognito = bounded(boto3.client("cognito-idp", config=LONG_READ_CONFIG))
        dynamodb = bounded(boto3.client("dynamodb", config=AWS_CONFIG))
        return cls(
            UserPool(cognito, settings.user_pool_id),
            MembersStore(dynamodb, settings.members_table),
            AuditLog(dynamodb, settings.audit_log_table),
        )

    def current_role(self, principal: Principal) -> Role | None:
        """Return the role that the pool and the record agree on; None for a locked or replaced account."""
        try:
            account = self._pool.account(principal.name)
        except MemberNotFound:
            return None
        if account.subject != principal.subject or not account.enabled:
            return None
        return self._effective_role(account)

    def invite(self, wanted: InviteMember, pending: PendingAuditEvent) -> Member:
        """Make the account, then record and give the role: an account that is half invited can do nothing.

        An invitation that comes again, by its id, is completed and answered as the first time.
        """
        account = self._account_of_invitation(wanted)
        if account is None:
            check_new(self._pool.members(), wanted)
            self._audit_log.add_once(pending.entry(), str(wanted.invitation_id or uuid4()))
            account = self._create_account(wanted)
        try:
            self._members.assign_first_role(account.subject, wanted.role, by=pending.principal.subject)
        except RoleAlreadyRecorded:
            if self._members.recorded_role(account.subject) is not wanted.role:
                raise name_exists(wanted.name) from None
        self._pool.assign_role(wanted.name, wanted.role)
        return account.member.model_copy(update={"role": wanted.role})

    def change(self, name: str, role: Role, pending: PendingAuditEvent) -> Member:
        """Give a role in place of the one before, and end the sessions that still have that."""
        account = self._other_account(name, pending.principal)
        if account.member.role is role and self._effective_role(account) is role:
            return account.member
        self._record(account, role, pending)
        self._pool.revoke_roles(name)
        self._pool.assign_role(name, role)
        self._pool.sign_out(name)
        return account.member.model_copy(update={"role": role})

    def remove(self, name: str, pending: PendingAuditEvent) -> Member:
        """Take the role, end the sessions, delete the account."""
        account = self._other_account(name, pending.principal)
        self._record(account, None, pending)
        self._pool.revoke_roles(name)
        self._pool.sign_out(name)
        self._pool.remove(name)
        return account.member

    def _record(self, account: Account, role: Role | None, pending: PendingAuditEvent) -> None:
        """Record the role, and with it that it was given; a change that was cut short after that has both."""
        try:
            if self._members.recorded_role(account.subject) is role:
                return
        except Unrecorded:
            pass
        entry = self._audit_log.part_of_transaction(pending.entry())
        self._members.set_role(account.subject, role, pending.principal.subject, entry)

    def _account_of_invitation(self, wanted: InviteMember) -> Account | None:
        """Return the account that this very invitation made. Raises `MemberExists` for any other one."""
        try:
            account = self._pool.account(wanted.name)
        except MemberNotFound:
            return None
        same = account.member.email == wanted.email and account.invitation == str(wanted.invitation_id)
        if wanted.invitation_id is None or not same:
            raise name_exists(wanted.name)
        return account

    def _create_account(self, wanted: InviteMember) -> Account:
        """Make the account; one that exists may be this call's own, repeated after a lost answer."""
        try:
            return self._pool.invite(wanted)
        except MemberExists:
            account = self._account_of_invitation(wanted)
            if account is None:
                raise
            return account

    def _other_account(self, name: str, principal: Principal) -> Account:
        account = self._pool.account(name)
        check_not_own(account.subject, principal.subject)
        return account

    def _effective_role(self, account: Account) -> Role | None:
        try:
            return Role.weaker(account.member.role, self._members.recorded_role(account.subject))
        except Unrecorded:
            return account.member.role
