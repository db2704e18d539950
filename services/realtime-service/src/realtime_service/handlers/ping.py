"""Answer a ping with a pong and the snapshot if it is newer, so that a page catches up after a gap."""

from datetime import UTC, datetime
from http import HTTPStatus

import boto3
from chassis.aws import AWS_CONFIG, bounded
from chassis.event_entry_point import Answer, Event, event_entry_point
from contracts.problem import field_errors
from contracts.realtime import Message, Ping
from pydantic import ValidationError

from realtime_service.adapters.results_snapshots import Snapshots
from realtime_service.adapters.sockets import Sockets
from realtime_service.config import Settings
from realtime_service.domain.messages import answers, encode, not_understood
from realtime_service.domain.subscriber import Subscriber
from realtime_service.use_cases.count_audience import AudienceCounter

settings = Settings.from_environment()
table = (bounded(boto3.client("dynamodb", config=AWS_CONFIG)), settings.connections_table)
snapshots, audience_counter = Snapshots(*table), AudienceCounter.of(*table)
sockets = Sockets(settings.connections_endpoint, boto3.Session())


def ping(event: Event) -> Answer:
    """Post the answer to the connection that sent the ping."""
    request = event["requestContext"]
    try:
        asked = Ping.model_validate_json(event["body"])
    except ValidationError as error:
        messages: tuple[Message, ...] = (not_understood(field_errors(error)),)
    else:
        subscriber, now = Subscriber.from_context(request["authorizer"]), datetime.now(UTC)
        stored, audience = snapshots.newest(asked.poll_id), audience_counter.audience(now)
        messages = answers(asked, stored.known if stored else None, subscriber, now, audience)
    sockets.post([(request["connectionId"], tuple(map(encode, messages)))])
    return {"statusCode": HTTPStatus.OK}


handler = event_entry_point(ping, "Ping")
