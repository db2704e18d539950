"""Remove a member: sessions end and the account is deleted. The audit log keeps the member's actions."""

from http import HTTPStatus

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import Response
from chassis.audit_log import PendingAuditEvent
from chassis.entry_point import entry_point
from chassis.resolver import resolver
from chassis.response import PRIVATE
from contracts.audit_log import AuditAction

from members.bootstrap import membership_of
from members.config import MembershipSettings
from members.http import PROBLEMS, REMOVE_MEMBER

logger = Logger()
settings = MembershipSettings.from_environment()
membership = membership_of(settings)
app = resolver(settings, PROBLEMS, current_role=membership.current_role)


@app.delete("/admin/api/members/<member>")
@REMOVE_MEMBER
def remove_member(member: str) -> Response[str]:
    """Delete the account; a repeated request is safe, and 409 answers one for the caller's own account."""
    pending = PendingAuditEvent.by(app, AuditAction.MEMBER_REMOVED, member)
    membership.remove(member, pending)
    logger.info("member removed", member=member, organiser=pending.principal.subject)
    return Response(HTTPStatus.NO_CONTENT, headers={"Cache-Control": PRIVATE}, body="")


handler = entry_point(app, "RemoveMember")
