"""Store every change of a tally, and broadcast it to all open pages, at once or at the end of a window.

results-service owns the stream. Each record carries the whole snapshot, so no table of that service is read.
"""

from datetime import UTC, datetime

import boto3
from aws_lambda_powertools import Logger
from chassis.aws import AWS_CONFIG, bounded
from chassis.event_entry_point import Answer, Event, event_entry_point

from realtime_service.adapters.broadcast_queue import BroadcastQueue
from realtime_service.adapters.dead_letter_queue import DeadLetters
from realtime_service.adapters.sockets import Sockets
from realtime_service.config import Settings
from realtime_service.domain.batch import read_batch
from realtime_service.use_cases.broadcast import Broadcaster

settings = Settings.from_environment()
table = (bounded(boto3.client("dynamodb", config=AWS_CONFIG)), settings.connections_table)
sqs = bounded(boto3.client("sqs", config=AWS_CONFIG))
dead_letters = DeadLetters(sqs, settings.dead_letter_queue_url)
sockets = Sockets(settings.connections_endpoint, boto3.Session())
queue = BroadcastQueue(sqs, settings.broadcast_queue_url)
broadcaster = Broadcaster.of(*table, queue, sockets, settings.broadcast_limits)
logger = Logger()


def broadcast_batch(event: Event) -> Answer:
    """Broadcast a batch; return the records to deliver again.

    Unreadable records go to the dead-letter queue and are not among them.
    """
    batch = read_batch(event["Records"])
    for unreadable in batch.unreadable:
        logger.error("record sent to the dead-letter queue", reason=unreadable.reason)
        dead_letters.put(unreadable)
    failed = broadcaster.changed(batch.changes, datetime.now(UTC))
    return {"batchItemFailures": [{"itemIdentifier": change.sequence_number} for change in failed]}


handler = event_entry_point(broadcast_batch, "ResultsStreamHandler")
