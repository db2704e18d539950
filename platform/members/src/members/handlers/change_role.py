"""Change a member's role: their sessions end, and the next sign-in has the new role."""

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import Response
from chassis.audit_log import PendingAuditEvent
from chassis.entry_point import entry_point
from chassis.resolver import resolver
from chassis.response import json_answer
from contracts.audit_log import AuditAction

from members.bootstrap import membership_of
from members.config import MembershipSettings
from members.http import CHANGE_ROLE, PROBLEMS

logger = Logger()
settings = MembershipSettings.from_environment()
membership = membership_of(settings)
app = resolver(settings, PROBLEMS, current_role=membership.current_role)


@app.put("/admin/api/members/<member>")
@CHANGE_ROLE
def change_role(member: str) -> Response[str]:
    """Replace the member's role; 409 for the caller's own account."""
    role = CHANGE_ROLE.read(app).role
    pending = PendingAuditEvent.by(app, AuditAction.MEMBER_ROLE_CHANGED, f"{member}: {role}")
    changed = membership.change(member, role, pending)
    logger.info("role changed", member=changed.name, role=role, organiser=pending.principal.subject)
    return json_answer(changed)


handler = entry_point(app, "ChangeRole")
