"""Invite, change and remove members, in an order in which a crash never leaves an account with more access.

The acting owner's role is read from the current state, never from the token: from the user pool and the
members table before any write, and again inside the transaction that records the change. That transaction
comes first; the pool's groups are updated after it. A revoked role is therefore gone from the record, which
every service reads, before anything else changes, and a retry completes an interrupted change. The audit
event is part of the transaction; that of an invitation is written first, once per invitation id.
"""

import re
from uuid import uuid4

from chassis.audit_log import AuditLog, PendingAuditEvent
from chassis.members import Unrecorded
from chassis.organiser import Principal
from contracts.members import NAME_PATTERN, InviteMember, Member
from contracts.roles import Role

from members.adapters.members import MembersStore, RoleAlreadyRecorded
from members.adapters.user_pool import Account, UserPool
from members.domain.changes import check_new, check_not_own, name_exists
from members.domain.errors import MemberExists, MemberNotFound, NoAccount


class Membership:
    """Invites, changes and removes members. Raises the errors of `domain`, and `InsufficientRole`."""

    def __init__(self, pool: UserPool, members: MembersStore, audit_log: AuditLog) -> None:
        self._pool = pool
        self._members = members
        self._audit_log = audit_log

    def current_role(self, principal: Principal) -> Role | None:
        """Return the weaker of the pool's and the recorded role; None for a disabled or replaced account."""
        try:
            account = self._pool.account(principal.name)
        except MemberNotFound:
            return None
        if account.subject != principal.subject or not account.enabled:
            return None
        return self._effective_role(account)

    def invite(self, invitation: InviteMember, pending: PendingAuditEvent) -> Member:
        """Create the account, then record and assign its role; until then the account has no access.

        A repeated invitation, with the same id, is completed and returns the result of the first one.
        """
        account = self._account_of_invitation(invitation)
        if account is None:
            check_new(self._pool.members(), invitation)
            self._audit_log.add_once(pending.entry(), str(invitation.invitation_id or uuid4()))
            account = self._create_account(invitation)
        try:
            self._members.assign_first_role(account.subject, invitation.role, by=pending.principal.subject)
        except RoleAlreadyRecorded:
            if self._members.recorded_role(account.subject) is not invitation.role:
                raise name_exists(invitation.name) from None
        self._pool.assign_role(invitation.name, invitation.role)
        return account.member.model_copy(update={"role": invitation.role})

    def change(self, name: str, role: Role, pending: PendingAuditEvent) -> Member:
        """Replace the role, and end the sessions with the previous one."""
        account = self._other_account(name, pending.principal)
        if account.member.role is role and self._effective_role(account) is role:
            return account.member
        self._record(account, role, pending)
        self._pool.revoke_roles(name)
        self._pool.assign_role(name, role)
        self._pool.sign_out(name)
        return account.member.model_copy(update={"role": role})

    def remove(self, name: str, pending: PendingAuditEvent) -> None:
        """Revoke the role, end the sessions and delete the account; without an account do nothing.

        A deleted account leaves no trace by its name, so a repeated removal and a wrong name are the same.
        Only a name that no member can have is not found.
        """
        try:
            account = self._other_account(name, pending.principal)
            self._record(account, None, pending)
            self._pool.revoke_roles(name)
            self._pool.sign_out(name)
            self._pool.remove(name)
        except NoAccount:
            if not re.fullmatch(NAME_PATTERN, name):
                raise

    def _record(self, account: Account, role: Role | None, pending: PendingAuditEvent) -> None:
        """Record the role together with its audit event, unless an interrupted attempt already did."""
        try:
            if self._members.recorded_role(account.subject) is role:
                return
        except Unrecorded:
            pass
        entry = self._audit_log.part_of_transaction(pending.entry())
        self._members.set_role(account.subject, role, pending.principal.subject, entry)

    def _account_of_invitation(self, invitation: InviteMember) -> Account | None:
        """Return the account that this invitation created. Raises `MemberExists` for any other account."""
        try:
            account = self._pool.account(invitation.name)
        except MemberNotFound:
            return None
        same_id = account.invitation == str(invitation.invitation_id)
        same_email = account.member.email == invitation.email
        if invitation.invitation_id is None or not (same_id and same_email):
            raise name_exists(invitation.name)
        return account

    def _create_account(self, invitation: InviteMember) -> Account:
        """Create the account; an existing one may come from this call, repeated after a lost response."""
        try:
            return self._pool.invite(invitation)
        except MemberExists:
            account = self._account_of_invitation(invitation)
            if account is None:
                raise
            return account

    def _other_account(self, name: str, principal: Principal) -> Account:
        account = self._pool.account(name)
        check_not_own(account.subject, principal.subject)
        return account

    def _effective_role(self, account: Account) -> Role | None:
        try:
            return Role.common(account.member.role, self._members.recorded_role(account.subject))
        except Unrecorded:
            return account.member.role
