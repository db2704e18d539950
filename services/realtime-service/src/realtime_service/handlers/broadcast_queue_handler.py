"""Carry out an order of the broadcast queue: a broadcast at the end of a window, or one shard of a broadcast.

The queue delivers an order again until this function has carried it out, and now and then once more.
"""

from datetime import UTC, datetime

import boto3
from chassis.aws import AWS_CONFIG, bounded
from chassis.event_entry_point import Answer, Event, event_entry_point

from realtime_service.adapters.broadcast_queue import ORDERS, BroadcastQueue
from realtime_service.adapters.sockets import Sockets
from realtime_service.config import Settings
from realtime_service.domain.order import DueBroadcast
from realtime_service.use_cases.broadcast import Broadcaster

settings = Settings.from_environment()
table = (bounded(boto3.client("dynamodb", config=AWS_CONFIG)), settings.connections_table)
sockets = Sockets(settings.connections_endpoint, boto3.Session())
queue = BroadcastQueue(bounded(boto3.client("sqs", config=AWS_CONFIG)), settings.broadcast_queue_url)
broadcaster = Broadcaster.of(*table, queue, sockets, settings.broadcast_limits)


def carry_out(event: Event) -> Answer:
    """Carry out the one order of a batch. After an error the queue delivers it again, 20 times at most."""
    for message in event["Records"]:
        order, now = ORDERS.validate_json(message["body"]), datetime.now(UTC)
        if isinstance(order, DueBroadcast):
            again = int(message["attributes"]["ApproximateReceiveCount"]) > 1
            broadcaster.due(order, now, again=again)
        else:
            broadcaster.post_shard(order, now)
    return {"batchItemFailures": []}


handler = event_entry_point(carry_out, "BroadcastQueueHandler")
