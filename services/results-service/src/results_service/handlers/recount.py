"""Carry out a recount or rebuild order; an order that is not complete goes back to the queue."""

import time
from datetime import UTC, datetime
from typing import Any

import boto3
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.utilities.typing import LambdaContext
from chassis.aws import AWS_CONFIG, bounded, within_timeout

from results_service.adapters.epochs import EpochStore
from results_service.adapters.game_results import GameResults
from results_service.adapters.publication_queue import PublicationQueue
from results_service.adapters.recounts import Recounts
from results_service.adapters.vote_log import VoteLog
from results_service.config import LOG_READ_CONFIG, RecountSettings
from results_service.use_cases.carry_out_orders import answer_orders
from results_service.use_cases.count_log import LogCounter
from results_service.use_cases.rebuild import CounterRebuilder
from results_service.use_cases.recount import Recounter

logger = Logger()
metrics = Metrics()
settings = RecountSettings.from_environment()
table = (bounded(boto3.client("dynamodb", config=AWS_CONFIG)), settings.game_results_table)
vote_log = VoteLog(
    bounded(boto3.client("lambda", config=LOG_READ_CONFIG)), settings.read_vote_log_function_arn
)
log_counter = LogCounter(Recounts(*table), vote_log)
publications = PublicationQueue(
    bounded(boto3.client("sqs", config=AWS_CONFIG)), settings.publication_queue_url
)
recounter = Recounter(GameResults(*table), log_counter, publications, lambda: datetime.now(UTC), time.sleep)
counter_rebuilder = CounterRebuilder(EpochStore(*table), recounter)


@logger.inject_lambda_context
@metrics.log_metrics
@within_timeout
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Return the orders that must be delivered again."""
    metrics.add_metric("Recount", "Count", len(event["Records"]))
    return answer_orders(event, counter_rebuilder, metrics, context.get_remaining_time_in_millis)
