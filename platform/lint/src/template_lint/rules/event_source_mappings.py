"""Event source mappings: no record is lost, skipped or counted twice."""

import json
from collections.abc import Iterator
from typing import Any, Final

from contracts.events import POLL_EVENTS
from contracts.stack_exports import Export
from contracts.tally import TALLY_EVENTS
from pydantic import TypeAdapter
from stacks.catalogue import FUNCTION, Stack, functions_by_reference
from stacks.reference import allowed, import_name, name_of, target
from stacks.template import Json

from template_lint.findings import Fault
from template_lint.rules.functions import has_alarm

MAPPING: Final = "AWS::Lambda::EventSourceMapping"
_WAITING: Final = "ApproximateNumberOfMessagesVisible"
_STREAM_READS: Final = ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator")
# Counting is exact only with all of these settings; the high-water mark relies on the order within a shard.
_VOTES_LOG: Final[dict[str, Any]] = {
    "TumblingWindowInSeconds": 60,
    "ParallelizationFactor": 1,
    "MaximumRetryAttempts": -1,
    "MaximumRecordAgeInSeconds": -1,
    "MaximumBatchingWindowInSeconds": 1,
    # Metrics of read, failed and discarded records.
    "MetricsConfig": {"Metrics": ["EventCount"]},
}


# The event types of each stream; the reader of VotesLog has no filter.
_EVENTS: Final[dict[str, TypeAdapter[Any]]] = {
    Export.POLLS_STREAM_ARN.output: POLL_EVENTS,
    Export.GAME_RESULTS_STREAM_ARN.output: TALLY_EVENTS,
}


def stream_mapping_requires_failure_handling(stack: Stack) -> Iterator[Fault]:
    """Require reading from the oldest record, partial batch failures, and a dead-letter queue."""
    for name, mapping in stream_mappings(stack).items():
        if mapping.get("StartingPosition") != "TRIM_HORIZON":
            yield name, "does not start at TRIM_HORIZON"
        if mapping.get("FunctionResponseTypes") != ["ReportBatchItemFailures"]:
            yield name, "does not report partial batch failures"
        if mapping.get("BisectBatchOnFunctionError") is not True:
            yield name, "does not bisect a failing batch"
        queue = mapping.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")
        if target(queue) not in stack.resources("AWS::SQS::Queue"):
            yield name, "has no on-failure queue in this template"
        elif target(queue) not in queue_name(allowed(_role(stack, mapping), "sqs:SendMessage")):
            yield name, f"its role may not send to {target(queue)}"


def stream_mapping_requires_read_permissions(stack: Stack) -> Iterator[Fault]:
    """Require the role to allow the read actions on exactly this stream."""
    for name, mapping in stream_mappings(stack).items():
        source = name_of(mapping.get("EventSourceArn"))
        for action in _STREAM_READS:
            readable = {name_of(resource) for resource in allowed(_role(stack, mapping), action)}
            if readable != {source}:
                yield name, f"{action} is allowed on {sorted(readable)} instead of only on {source}"


def stream_mapping_requires_iterator_age_alarm(stack: Stack) -> Iterator[Fault]:
    """Require alarms on the iterator age of the reader and on its dead-letter queue."""
    for name, mapping in stream_mappings(stack).items():
        function_id = _function(stack, mapping)
        function = stack.properties(FUNCTION).get(function_id, {})
        if not has_alarm(
            stack, "AWS/Lambda", "IteratorAge", "FunctionName", function_id, function.get("FunctionName")
        ):
            yield name, "has no alarm on its iterator age"
        queue = target(mapping.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")) or ""
        queue_properties = stack.properties("AWS::SQS::Queue").get(queue, {})
        if not has_alarm(stack, "AWS/SQS", _WAITING, "QueueName", queue, queue_properties.get("QueueName")):
            yield name, "has no alarm on its dead-letter queue"


def stream_mapping_requires_event_type_filter(stack: Stack) -> Iterator[Fault]:
    """Require a filter with every event type of the stream, except for VotesLog, which needs all records."""
    for name, mapping in stream_mappings(stack).items():
        patterns = [given["Pattern"] for given in mapping.get("FilterCriteria", {}).get("Filters", [])]
        if reads_votes_log(mapping):
            if patterns:
                yield name, "filters the vote log"
            continue
        types = _types_of(_EVENTS[import_name(mapping.get("EventSourceArn")) or ""])
        wanted = {"dynamodb": {"NewImage": {"event": {"M": {"type": {"S": types}}}}}}
        if [_in_order(json.loads(pattern)) for pattern in patterns] != [wanted]:
            yield name, f"does not filter on NewImage.event.M.type by exactly {', '.join(types)}"


def vote_log_mapping_requires_exact_counting_settings(stack: Stack) -> Iterator[Fault]:
    """Require the window, factor, retries, record age and batching for the reader of VotesLog."""
    for name, mapping in stream_mappings(stack).items():
        if not reads_votes_log(mapping):
            continue
        for setting, value in _VOTES_LOG.items():
            if mapping.get(setting) != value:
                yield name, f"{setting} is {mapping.get(setting)} instead of {value}"
        if not has_alarm(stack, "AWS/Lambda", "DroppedEventCount", "EventSourceMappingUUID", name, None):
            yield name, "has no alarm on discarded records"


def queue_mapping_requires_retries_and_dead_letter_queue(stack: Stack) -> Iterator[Fault]:
    """Require one message per batch, retries of failed messages, and a dead-letter queue."""
    queues = stack.properties("AWS::SQS::Queue")
    for name, mapping in stack.properties(MAPPING).items():
        source = target(mapping.get("EventSourceArn")) or ""
        if source not in queues:
            continue
        function = stack.properties(FUNCTION).get(_function(stack, mapping), {})
        if mapping.get("BatchSize") != 1 or mapping.get("FunctionResponseTypes") != [
            "ReportBatchItemFailures"
        ]:
            yield name, "does not take one message per batch and report batch item failures"
        if queues[source].get("VisibilityTimeout", 30) <= function.get("Timeout", 3):
            yield source, "has a visibility timeout that is not above the function's timeout"
        if target(queues[source].get("RedrivePolicy", {}).get("deadLetterTargetArn")) not in queues:
            yield source, "has no dead-letter queue"
        for action in ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"):
            if queue_name(allowed(_role(stack, mapping), action)) != {source}:
                yield name, f"{action} is not allowed on exactly {source}"


def stream_mappings(stack: Stack) -> dict[str, Json]:
    """Return the mappings that read a stream: all except those of a queue of this template."""
    queues = stack.resources("AWS::SQS::Queue")
    mappings = stack.properties(MAPPING).items()
    return {name: body for name, body in mappings if target(body.get("EventSourceArn")) not in queues}


def reads_votes_log(mapping: Json) -> bool:
    """Return whether this mapping reads VotesLog."""
    return import_name(mapping.get("EventSourceArn")) == Export.VOTES_LOG_STREAM_ARN.output


def queue_name(resources: list[Any]) -> set[str | None]:
    """Return the logical ids of the queues among a policy's resources."""
    return {target(resource) for resource in resources}


def _types_of(adapter: TypeAdapter[Any]) -> list[str]:
    """Return the sorted event types of an adapter."""
    schema = adapter.json_schema()
    models = [schema, *schema.get("$defs", {}).values()]
    return sorted(
        {model["properties"]["type"]["const"] for model in models if "type" in model.get("properties", {})}
    )


def _in_order(pattern: Any) -> Any:  # noqa: ANN401 (JSON of any shape)
    """Return a pattern with its lists of allowed values sorted."""
    match pattern:
        case dict():
            return {name: _in_order(part) for name, part in pattern.items()}
        case list():
            return sorted(pattern)
    return pattern


def _function(stack: Stack, mapping: Json) -> str:
    return functions_by_reference(stack).get(target(mapping.get("FunctionName")) or "", "")


def _role(stack: Stack, mapping: Json) -> Json:
    function = stack.properties(FUNCTION).get(_function(stack, mapping), {})
    return stack.properties("AWS::IAM::Role").get(target(function.get("Role")) or "", {})


RULES = (
    stream_mapping_requires_failure_handling,
    stream_mapping_requires_read_permissions,
    stream_mapping_requires_iterator_age_alarm,
    stream_mapping_requires_event_type_filter,
    vote_log_mapping_requires_exact_counting_settings,
    queue_mapping_requires_retries_and_dead_letter_queue,
)
