"""Invite a member: Cognito sends a temporary password by e-mail."""

from http import HTTPStatus

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import Response
from chassis.audit_log import PendingAuditEvent
from chassis.entry_point import entry_point
from chassis.resolver import resolver
from chassis.response import json_answer
from contracts.audit_log import AuditAction

from members.bootstrap import membership_of
from members.config import MembershipSettings
from members.http import INVITE_MEMBER, PROBLEMS

logger = Logger()
settings = MembershipSettings.from_environment()
membership = membership_of(settings)
app = resolver(settings, PROBLEMS, current_role=membership.current_role)


@app.post("/admin/api/members")
@INVITE_MEMBER
def invite_member() -> Response[str]:
    """Create the account with its role, 201; the temporary password is valid for three days."""
    invitation = INVITE_MEMBER.read(app)
    pending = PendingAuditEvent.by(app, AuditAction.MEMBER_INVITED, f"{invitation.name}: {invitation.role}")
    invited = membership.invite(invitation, pending)
    logger.info("member invited", member=invited.name, role=invited.role, organiser=pending.principal.subject)
    return json_answer(invited, HTTPStatus.CREATED)


handler = entry_point(app, "InviteMember")
