"""Read the audit log; organisers with any role may read it, and it is read-only."""

from datetime import UTC, datetime

import boto3
from aws_lambda_powertools.event_handler import Response
from chassis.aws import bounded
from chassis.entry_point import entry_point
from chassis.resolver import resolver
from chassis.response import json_answer
from contracts.audit_log import AuditLogPage

from members.adapters.audit_log import AuditLogReader
from members.adapters.aws import LONG_READ_CONFIG
from members.config import ReadAuditLogSettings
from members.http import PROBLEMS, READ_AUDIT_LOG

settings = ReadAuditLogSettings.from_environment()
app = resolver(settings, PROBLEMS)
audit_log = AuditLogReader(
    bounded(boto3.client("dynamodb", config=LONG_READ_CONFIG)), settings.audit_log_table
)


@app.get("/admin/api/audit")
@READ_AUDIT_LOG
def read_audit_log() -> Response[str]:
    """Return a page of the audit log, newest first, of all events or those of one poll."""
    query = READ_AUDIT_LOG.read(app)
    entries, more = audit_log.page(query.poll_id, query.limit, query.cursor, datetime.now(UTC))
    return json_answer(AuditLogPage(entries=entries, next_cursor=more))


handler = entry_point(app, "ReadAuditLog")
