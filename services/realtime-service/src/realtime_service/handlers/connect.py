"""Store and count an authorized connection. Its page requests the snapshot with its first ping."""

from datetime import UTC, datetime
from http import HTTPStatus

import boto3
from chassis.aws import AWS_CONFIG, bounded
from chassis.event_entry_point import Answer, Event, event_entry_point

from realtime_service.adapters.connections import Connection, Connections
from realtime_service.config import Settings
from realtime_service.domain.subscriber import Subscriber
from realtime_service.use_cases.count_audience import AudienceCounter

settings = Settings.from_environment()
table = (bounded(boto3.client("dynamodb", config=AWS_CONFIG)), settings.connections_table)
connections, audience_counter = Connections(*table), AudienceCounter.of(*table)


def connect(event: Event) -> Answer:
    """Store the connection with the scope of its ticket."""
    request = event["requestContext"]
    if request["eventType"] != "CONNECT":  # a client message with the action "$connect"
        return {"statusCode": HTTPStatus.BAD_REQUEST}
    subscriber = Subscriber.from_context(request["authorizer"])
    connections.add(Connection(request["connectionId"], subscriber, datetime.now(UTC)))
    audience_counter.opened(request["connectionId"], organiser=subscriber.is_organiser)
    return {"statusCode": HTTPStatus.OK}


handler = event_entry_point(connect, "Connect")
