"""Order a recount of a poll; a request while one is under way returns that one."""

from http import HTTPStatus

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import Response
from chassis.audit_log import AuditLog, PendingAuditEvent
from chassis.aws import AWS_CONFIG, bounded
from chassis.entry_point import entry_point
from chassis.request import poll_in_path
from chassis.resolver import resolver
from chassis.response import json_answer
from contracts.audit_log import AuditAction

from results_service.adapters.game_results import GameResults
from results_service.adapters.recount_queue import RecountQueue
from results_service.adapters.recounts import Recounts
from results_service.config import OrderSettings
from results_service.http import PROBLEMS, REQUEST_RECOUNT
from results_service.use_cases.request_recount import RecountRequester

logger = Logger()
settings = OrderSettings.from_environment()
app = resolver(settings, PROBLEMS)
dynamodb = bounded(boto3.client("dynamodb", config=AWS_CONFIG))
table = (dynamodb, settings.game_results_table)
requester = RecountRequester(
    GameResults(*table),
    Recounts(*table),
    RecountQueue(bounded(boto3.client("sqs", config=AWS_CONFIG)), settings.recount_queue_url),
    AuditLog(dynamodb, settings.audit_log_table),
)


@app.post("/admin/api/results/<poll_id>/recount")
@REQUEST_RECOUNT
def request_recount(poll_id: str) -> Response[str]:
    """Return the `Recount` with the recount that is under way."""
    done = PendingAuditEvent.by(app, AuditAction.RECOUNT_REQUESTED)
    ordered = requester.recount(poll_in_path(poll_id), done, REQUEST_RECOUNT.read_key(app))
    logger.info("recount ordered", poll_id=ordered.poll_id, organiser=done.principal.subject)
    return json_answer(ordered, HTTPStatus.ACCEPTED)


handler = entry_point(app, "RequestRecount")
