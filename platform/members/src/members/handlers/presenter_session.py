"""Start and end the presenter session: a narrow sign-in for the screen in the room (ADR 53)."""

from datetime import UTC, datetime
from http import HTTPStatus

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import Response
from chassis.audit_log import AuditLog, PendingAuditEvent
from chassis.aws import AWS_CONFIG, bounded
from chassis.entry_point import entry_point
from chassis.members import PRESENTER_COOKIE
from chassis.organiser import authenticated_principal
from chassis.request import read_cookie
from chassis.resolver import resolver
from chassis.response import PRIVATE, json_answer
from contracts.audit_log import AuditAction
from contracts.members import PresenterSession

from members.adapters.presenter_sessions import PresenterSessions
from members.config import PresenterSettings
from members.http import (
    END_PRESENTER_SESSION,
    PROBLEMS,
    START_PRESENTER_SESSION,
    forgotten_presenter_cookie,
    presenter_cookie,
)

logger = Logger()
settings = PresenterSettings.from_environment()
dynamodb = bounded(boto3.client("dynamodb", config=AWS_CONFIG))
sessions = PresenterSessions(dynamodb, settings.members_table)
audit_log = AuditLog(dynamodb, settings.audit_log_table)
app = resolver(settings, PROBLEMS, current_role=sessions.current_role, presenters=sessions)


@app.post("/admin/api/presenter-session")
@START_PRESENTER_SESSION
def start_presenter_session() -> Response[str]:
    """Start a session for the signed-in member; the token is in the cookie only."""
    principal = authenticated_principal(app)
    audit_log.add(PendingAuditEvent.by(app, AuditAction.PRESENTER_SIGNED_IN).entry())
    started = sessions.start(principal, datetime.now(UTC))
    logger.info("presenter session started", organiser=principal.subject)
    answer = PresenterSession(username=principal.name, role=started.role, expires_at=started.expires_at)
    return json_answer(answer, HTTPStatus.CREATED, cookies=[presenter_cookie(started.token)])


@app.delete("/admin/api/presenter/session")
@END_PRESENTER_SESSION
def end_presenter_session() -> Response[str]:
    """End the session of the cookie, so that a copy of it is worthless."""
    sessions.end(read_cookie(app, PRESENTER_COOKIE) or "")
    logger.info("presenter session ended", organiser=authenticated_principal(app).subject)
    return Response(
        HTTPStatus.NO_CONTENT,
        headers={"Cache-Control": PRIVATE},
        body="",
        cookies=[forgotten_presenter_cookie()],
    )


handler = entry_point(app, "PresenterSession")
