"""Finds a vote by its receipt or trace id in the local stack, and collects the data about it."""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from contracts.ids import CROCKFORD
from devkit.failure import Failure

from laptop import function_logs
from laptop.aws import client, resources, table_of
from laptop.function_logs import PREFIX
from laptop.instance import ENVIRONMENT, Instance
from laptop.vote_trace.timeline import FUNCTIONS, Findings, Vote

_TRACE_ID: Final = re.compile(r"[0-9a-f]{32}")
_RECEIPT: Final = re.compile(rf"[{CROCKFORD}]{{16}}")
_MISREAD: Final = str.maketrans("oil", "011")


def read_id(text: str) -> str:
    """Return a receipt in its usual spelling, or a trace id unchanged. Raises `Failure`."""
    if _TRACE_ID.fullmatch(text):
        return text
    letters = re.sub(r"[\s-]", "", text).lower().translate(_MISREAD)
    if not _RECEIPT.fullmatch(letters):
        raise Failure(
            f"{text!r} is neither a receipt nor a trace id.",
            "A receipt has four groups of four letters and digits, such as 7ZQ4-M0X2-V9C6-K3T8; "
            "a trace id has 32 hexadecimal digits.",
            exit_status=2,
        )
    return "-".join(letters[start : start + 4] for start in range(0, 16, 4)).upper()


def find(instance: Instance, receipt_or_trace_id: str) -> Findings:
    """Return the data about a vote. Raises `Failure` for an unknown receipt or trace id."""
    vote = _vote(instance, receipt_or_trace_id)
    if vote is None and not _TRACE_ID.fullmatch(receipt_or_trace_id):
        raise Failure(
            f"No vote of this stack has the receipt {receipt_or_trace_id}.",
            "A vote on AWS: add --env NAME. A request that got no receipt: ./dev logs vote-wrapper shows the "
            "trace ids of the last hour.",
        )
    trace_id = vote.trace_id if vote else receipt_or_trace_id
    lines = {function: _lines(instance, function) for function in FUNCTIONS}
    if vote is None and not any(line.get("trace_id") == trace_id for line in lines["vote-wrapper"]):
        raise Failure(
            f"No vote and no log line of this stack has the trace id {trace_id}.",
            "./dev logs vote-wrapper shows the trace ids of the last hour.",
        )
    invalid = _invalid(instance, vote) if vote else None
    return Findings(trace_id, vote, lines, tuple(_steps(instance, trace_id)), invalid)


def _vote(instance: Instance, receipt_or_trace_id: str) -> Vote | None:
    # Neither the choice nor a key of the voter is read.
    pages = client(instance, "dynamodb").get_paginator("scan").paginate(
        TableName=table_of(instance, "vote-service", "VotesLog"), ConsistentRead=True,
        FilterExpression="receipt = :id OR event.trace_id = :id",
        ExpressionAttributeValues={":id": {"S": receipt_or_trace_id}},
        ProjectionExpression="event.poll_id, event.trace_id, event.recorded_at",
    )  # fmt: skip
    for page in pages:
        for item in page["Items"]:
            event = {name: value["S"] for name, value in item["event"]["M"].items()}
            recorded_at = datetime.fromisoformat(event["recorded_at"])
            state = _poll_state(instance, event["poll_id"])
            return Vote(event["poll_id"], event["trace_id"], recorded_at, state)
    return None


def _poll_state(instance: Instance, poll_id: str) -> str:
    answer = client(instance, "dynamodb").get_item(
        TableName=table_of(instance, "poll-service", "Polls"),
        Key={"poll_id": {"S": poll_id}},
        ProjectionExpression="archived_at, deleted_at",
    )
    item = answer.get("Item", {})
    return "deleted" if "deleted_at" in item else "archived" if "archived_at" in item else ""


def _lines(instance: Instance, function: str) -> list[dict[str, Any]]:
    group = PREFIX + function
    kept = function_logs.groups(instance)
    return list(_parsed(line.message for line in function_logs.lines(instance, {group} & {*kept}, since=0)))


def _parsed(messages: Iterator[str]) -> Iterator[dict[str, Any]]:
    for message in messages:
        try:
            line = json.loads(message)
        except ValueError:
            continue
        if isinstance(line, dict):
            yield line


def _steps(instance: Instance, trace_id: str) -> Iterator[tuple[str, datetime]]:
    """Yield the states of the execution; the emulator keeps the newest executions only."""
    stack = f"tot-{ENVIRONMENT}-vote-service"
    (machine,) = resources(instance, stack, "AWS::StepFunctions::StateMachine")
    execution = f"{machine['PhysicalResourceId'].replace(':stateMachine:', ':execution:')}:{trace_id}"
    states = client(instance, "stepfunctions")
    try:
        events = states.get_execution_history(executionArn=execution)["events"]
    except states.exceptions.ExecutionDoesNotExist:
        return
    for event in events:
        entered = event.get("stateEnteredEventDetails")
        if entered:
            yield entered["name"], event["timestamp"]


def _invalid(instance: Instance, vote: Vote) -> str | None:
    pages = client(instance, "dynamodb").get_paginator("query").paginate(
        TableName=table_of(instance, "results-service", "GameResults"), ConsistentRead=True,
        KeyConditionExpression="pk = :poll AND begins_with(sk, :invalid)",
        FilterExpression="contains(#record, :trace)",
        ExpressionAttributeNames={"#record": "record"},
        ExpressionAttributeValues={
            ":poll": {"S": vote.poll_id}, ":invalid": {"S": "invalid#"}, ":trace": {"S": vote.trace_id},
        },
    )  # fmt: skip
    return next((item["reason"]["S"] for page in pages for item in page["Items"]), None)
