"""Export a poll's totals, its votes over time or its anonymised vote log as a file, for organisers."""

from datetime import UTC, datetime

import boto3
from aws_lambda_powertools.event_handler import Response
from chassis.audit_log import AuditLog, PendingAuditEvent
from chassis.aws import AWS_CONFIG, bounded
from chassis.entry_point import entry_point
from chassis.request import poll_in_path
from chassis.resolver import resolver
from contracts.audit_log import AuditAction

from results_service.adapters.vote_log import VoteLog
from results_service.config import LOG_READ_CONFIG, ExportSettings
from results_service.http import EXPORT_RESULTS, PROBLEMS, file_answer
from results_service.use_cases.export_results import ResultsExporter

settings = ExportSettings.from_environment()
app = resolver(settings, PROBLEMS)
client = bounded(boto3.client("dynamodb", config=AWS_CONFIG))
vote_log = VoteLog(
    bounded(boto3.client("lambda", config=LOG_READ_CONFIG)), settings.read_vote_log_function_arn
)
audit_log = AuditLog(client, settings.audit_log_table)
exporter = ResultsExporter.of(client, settings.game_results_table, vote_log, clock=lambda: datetime.now(UTC))


@app.get("/admin/api/results/<poll_id>/export")
@EXPORT_RESULTS
def export_results(poll_id: str) -> Response[str]:
    """Return the requested export, or one page of a vote log, after recording it in the audit log."""
    asked, name = EXPORT_RESULTS.read(app), poll_in_path(poll_id)
    exported = exporter.export(name, asked)
    if asked.cursor is None:  # later pages belong to the same export
        audit_log.add(
            PendingAuditEvent.by(app, AuditAction.RESULTS_EXPORTED, f"{asked.what}, {asked.format}").entry(
                name
            )
        )
    return file_answer(exported.content, exported.next, asked)


handler = entry_point(app, "ExportResults")
