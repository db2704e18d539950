"""Update this service's copy of each poll from the stream of Polls."""

from typing import Any

import boto3
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
from aws_lambda_powertools.utilities.typing import LambdaContext
from chassis.aws import AWS_CONFIG, bounded, within_timeout
from chassis.secret import key_ring

from vote_service.adapters.dead_letter_queue import DeadLetters
from vote_service.adapters.voting_state import VotingState
from vote_service.config import TrackPollSettings
from vote_service.use_cases.track_poll import track

logger = Logger()
metrics = Metrics()
settings = TrackPollSettings.from_environment()
polls = VotingState(
    bounded(boto3.client("dynamodb", config=AWS_CONFIG)), settings.voting_state_table, settings.poll_replicas
)
dead_letters = DeadLetters(bounded(boto3.client("sqs", config=AWS_CONFIG)), settings.dead_letter_queue_url)
processor = BatchProcessor(event_type=EventType.DynamoDBStreams)


def track_record(record: DynamoDBRecord) -> None:
    """Apply one record or send it to the dead-letter queue; if this raises, the record is retried."""
    key_id = key_ring(settings.voter_keys_secret_arn).current
    track(record.raw_event, polls, dead_letters, key_id, settings.vote_log_buckets)


@logger.inject_lambda_context
@metrics.log_metrics
@within_timeout
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Return the records to retry, as a partial batch response."""
    metrics.add_metric(name="TrackPoll", unit=MetricUnit.Count, value=1)
    return process_partial_response(event, track_record, processor, context)
