"""Broadcast every change of a tally to all open pages.

results-service owns the stream. Each record carries the whole snapshot, so no table of that service is read.
"""

from datetime import UTC, datetime, timedelta

import boto3
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from chassis.aws import AWS_CONFIG, bounded
from chassis.event_entry_point import Answer, Event, event_entry_point

from realtime_service.adapters.audience import AudienceSizes
from realtime_service.adapters.connections import Connections
from realtime_service.adapters.dead_letter_queue import DeadLetters
from realtime_service.adapters.results_snapshots import Snapshots
from realtime_service.adapters.sockets import Sockets
from realtime_service.config import Settings
from realtime_service.domain.batch import read_batch
from realtime_service.use_cases.broadcast import broadcast

settings = Settings.from_environment()
table = (bounded(boto3.client("dynamodb", config=AWS_CONFIG)), settings.connections_table)
snapshots, connections, sizes = Snapshots(*table), Connections(*table), AudienceSizes(*table)
dead_letters = DeadLetters(bounded(boto3.client("sqs", config=AWS_CONFIG)), settings.dead_letter_queue_url)
sockets = Sockets(settings.connections_endpoint, boto3.Session())
logger, metrics = Logger(), Metrics()


def broadcast_batch(event: Event) -> Answer:
    """Broadcast a batch; return the records to deliver again.

    Unreadable records go to the dead-letter queue and are not among them.
    """
    batch = read_batch(event["Records"])
    for unreadable in batch.unreadable:
        logger.error("record sent to the dead-letter queue", reason=unreadable.reason)
        dead_letters.put(unreadable)
    failed = broadcast(batch.changes, snapshots, connections, sockets, datetime.now(UTC), sizes=sizes)
    for change in batch.changes:
        age = (datetime.now(UTC) - change.tally.updated_at) / timedelta(milliseconds=1)
        metrics.add_metric("CountToScreen", MetricUnit.Milliseconds, age)
    return {"batchItemFailures": [{"itemIdentifier": change.sequence_number} for change in failed]}


handler = event_entry_point(broadcast_batch, "ResultsStreamHandler")
