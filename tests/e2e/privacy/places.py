"""Reads all stored data of a stack: logs, tables, queues, the settings of functions."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from laptop.aws import client
from laptop.instance import Instance


@dataclass(frozen=True, slots=True)
class Place:
    """A piece of stored data and its location: `log /aws/lambda/…`, `table …`, `queue …`."""

    name: str
    content: bytes


def everywhere(instance: Instance) -> Iterator[Place]:
    """Yield every log line, item, message and setting of the stack."""
    yield from logs(instance)
    yield from tables(instance)
    yield from queues(instance)
    yield from function_settings(instance)


def logs(instance: Instance) -> Iterator[Place]:
    """Yield each line of every log group, and the output of the emulator's process."""
    cloudwatch = client(instance, "logs")
    for page in cloudwatch.get_paginator("describe_log_groups").paginate():
        for group in page["logGroups"]:
            name = group["logGroupName"]
            for events in cloudwatch.get_paginator("filter_log_events").paginate(logGroupName=name):
                for event in events["events"]:
                    yield Place(f"log {name}", event["message"].encode())
    for path in sorted(instance.state.glob("emulator*.log")):
        yield Place(f"log {path.name}", path.read_bytes())


def tables(instance: Instance) -> Iterator[Place]:
    """Yield each item of every table."""
    dynamodb = client(instance, "dynamodb")
    for page in dynamodb.get_paginator("list_tables").paginate():
        for table in page["TableNames"]:
            for found in dynamodb.get_paginator("scan").paginate(TableName=table, ConsistentRead=True):
                for item in found["Items"]:
                    yield Place(f"table {table}", b"\n".join(_leaves(item)))


def queues(instance: Instance) -> Iterator[Place]:
    """Yield each queued message; all of them stay in the queue."""
    sqs = client(instance, "sqs")
    for url in sqs.list_queues().get("QueueUrls", []):
        taken: list[str] = []
        try:
            while messages := _take(sqs, url):
                taken += [message["ReceiptHandle"] for message in messages]
                for message in messages:
                    yield Place(f"queue {url.rpartition('/')[2]}", message["Body"].encode())
        finally:
            for handle in taken:
                sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=0)


def _take(sqs: Any, url: str) -> list[dict[str, Any]]:
    """Receive the next ten messages; they stay invisible while the others are read."""
    answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=60)
    messages: list[dict[str, Any]] = answer.get("Messages", [])
    return messages


def function_settings(instance: Instance) -> Iterator[Place]:
    """Yield the environment of each function, which is readable with permission to view the function."""
    for page in client(instance, "lambda").get_paginator("list_functions").paginate():
        for function in page["Functions"]:
            variables = function.get("Environment", {}).get("Variables", {})
            yield Place(f"settings of {function['FunctionName']}", json.dumps(variables).encode())


def _leaves(value: Any) -> Iterator[bytes]:
    """Yield the names and values of an item in DynamoDB's JSON; bytes are unchanged."""
    match value:
        case bytes():
            yield value
        case Mapping():
            for name, part in value.items():
                yield str(name).encode()
                yield from _leaves(part)
        case list() | set():
            for part in value:
                yield from _leaves(part)
        case _:
            yield str(value).encode()
