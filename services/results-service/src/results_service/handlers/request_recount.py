"""Have an organiser's poll counted again; asking while it is being counted joins in."""

from datetime import UTC, datetime
from http import HTTPStatus

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import Response
from gateway.answer import json_answer
from gateway.entry_point import entry_point
from gateway.request import organiser, poll_in_path
from gateway.resolver import resolver

from results_service.config import CALLS, OrderSettings
from results_service.http import PROBLEMS, REQUEST_RECOUNT
from results_service.ordering import order_recount
from results_service.store.game_results import GameResults
from results_service.store.recount_queue import RecountQueue
from results_service.store.recounts import Recounts

logger = Logger()
settings = OrderSettings.from_environment()
app = resolver(settings, PROBLEMS)
dynamodb = boto3.client("dynamodb", config=CALLS)
results = GameResults(dynamodb, settings.game_results_table)
recounts = Recounts(dynamodb, settings.game_results_table)
queue = RecountQueue(boto3.client("sqs", config=CALLS), settings.recount_queue_url)


@app.post("/admin/api/results/<poll_id>/recount")
@REQUEST_RECOUNT
def request_recount(poll_id: str) -> Response[str]:
    """Return the `Recount` that is under way from now on."""
    ordered = order_recount(poll_in_path(poll_id), results, recounts, queue, datetime.now(UTC))
    logger.info("recount ordered", poll_id=ordered.poll_id, organiser=organiser(app))
    return json_answer(ordered, HTTPStatus.ACCEPTED)


handler = entry_point(app, "RequestRecount")
