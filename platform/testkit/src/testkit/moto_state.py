"""Reads and clears moto's state directly, because calls of the AWS APIs take milliseconds each.

moto may change its internal structure: `tests/world/test_world.py` of this package then fails.
"""

import copy
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from moto.cognitoidp.models import cognitoidp_backends
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.table import StreamShard
from moto.s3.models import s3_backends
from moto.scheduler.models import scheduler_backends
from moto.secretsmanager.models import secretsmanager_backends
from moto.sqs.models import sqs_backends
from moto.stepfunctions.parser.models import stepfunctions_parser_backends

from testkit.events import ACCOUNT, REGION


def clear(account: str, region: str) -> None:
    """Empty all tables, streams, queues, buckets, user pools; remove schedules and executions."""
    for table in dynamodb_backends[account][region].tables.values():
        table.items = defaultdict(dict)
        if table.stream_shard is not None:
            table.stream_shard = StreamShard(account, table)
    for queue in sqs_backends[account][region].queues.values():
        queue._messages.clear()
        queue.pending_messages.clear()
        queue.deleted_messages.clear()
    for bucket in s3_backends[account]["aws"].buckets.values():
        bucket.keys.clear()
    for pool in cognitoidp_backends[account][region].user_pools.values():
        pool.users.clear()
        for group in pool.groups.values():
            group.users.clear()
    for planned in scheduler_backends[account][region].schedule_groups.values():
        planned.schedules.clear()
    for machine in stepfunctions_parser_backends[account][region].state_machines:
        machine.executions.clear()


def hash_key(table: str) -> str | None:
    """Return the name of a table's partition key."""
    known = dynamodb_backends[ACCOUNT][REGION].tables.get(table)
    return known.hash_key_attr if known else None


def secrets() -> Any:
    """Return a copy of all secrets."""
    return copy.deepcopy(dict(secretsmanager_backends[ACCOUNT][REGION].secrets))


def put_back(kept: Any) -> None:
    """Restore the values that `secrets` returned."""
    found = secretsmanager_backends[ACCOUNT][REGION].secrets
    found.clear()
    for name, secret in copy.deepcopy(kept).items():
        found[name] = secret


def stream_items(account: str, region: str, table: str) -> list[Any]:
    """Return the records of a table's stream, oldest first."""
    shard = dynamodb_backends[account][region].tables[table].stream_shard
    if shard is None:
        raise LookupError(f"{table} has no stream")
    return shard.items


def schedules(account: str, region: str) -> list[Any]:
    """Return all schedules."""
    groups: Iterable[Any] = scheduler_backends[account][region].schedule_groups.values()
    return [schedule for group in groups for schedule in group.schedules.values()]


def remove_schedule(account: str, region: str, schedule: Any) -> None:
    """Remove a schedule, as AWS does after it has run."""
    del scheduler_backends[account][region].schedule_groups[schedule.group_name].schedules[schedule.name]


def take_messages(account: str, region: str, queue: str) -> list[tuple[str, int]]:
    """Remove all messages of a queue; return their bodies and delays, in seconds."""
    messages = sqs_backends[account][region].queues[queue]._messages
    found = [
        (message.body, round((message.delayed_until - (message.sent_timestamp or 0)) / 1000))
        for message in messages
    ]
    messages.clear()
    return found
