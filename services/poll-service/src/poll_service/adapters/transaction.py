"""Items of a transaction: the poll, the schedule if it changes, the entry in the audit log."""

from typing import TYPE_CHECKING

from chassis.audit_log import write_of
from contracts.events import PollCreated, PollDeleted, PollEvent
from contracts.model import format_instant
from contracts.stream import AttributeValue, event_attribute

from poll_service.adapters.poll_item import CHANGING, changing_attributes, to_item
from poll_service.adapters.schedule_item import SCHEDULE_KEY, schedule_attributes
from poll_service.domain.change import Change
from poll_service.domain.poll import Poll
from poll_service.domain.schedule import Schedule

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import PutTypeDef, TransactWriteItemTypeDef, UpdateTypeDef


def writes_of(change: Change, table: str, audit_log: str | None) -> "list[TransactWriteItemTypeDef]":
    """Return the items of the transaction, the poll first.

    Raises `TypeError` if a change by an organiser has no audit log to be written to.
    """
    if change.event is None:
        return []
    writes = [_write_poll(change.poll, change.event, table)]
    if change.schedule is not None:
        writes.append(_write_schedule(change.schedule, table))
    if change.entry is not None:
        if audit_log is None:
            raise TypeError("a store without an audit log writes no change by an organiser")
        writes.append(write_of(change.entry, audit_log))
    return writes


def _write_poll(poll: Poll, event: PollEvent, table: str) -> "TransactWriteItemTypeDef":
    before: dict[str, AttributeValue] = {":before": {"N": str(poll.revision - 1)}}
    match event:
        case PollCreated():
            condition = "attribute_not_exists(poll_id)"
            return {
                "Put": {"TableName": table, "Item": to_item(poll, event), "ConditionExpression": condition}
            }
        case PollDeleted():
            put: PutTypeDef = {
                "TableName": table,
                "Item": _tombstone(event),
                "ConditionExpression": "revision = :before",
                "ExpressionAttributeValues": before,
            }
            return {"Put": put}
    attributes = changing_attributes(poll, event)
    return _update(
        table,
        key={"poll_id": {"S": poll.poll_id}},
        set_to=attributes,
        remove=tuple(name for name in CHANGING if name not in attributes),
        condition="revision = :before",
        values=before,
    )


def _write_schedule(schedule: Schedule, table: str) -> "TransactWriteItemTypeDef":
    first = schedule.revision == 1
    return _update(
        table,
        key=SCHEDULE_KEY,
        set_to=schedule_attributes(schedule),
        condition="attribute_not_exists(poll_id)" if first else "revision = :before",
        values={} if first else {":before": {"N": str(schedule.revision - 1)}},
    )


def _tombstone(event: PollDeleted) -> dict[str, AttributeValue]:
    """Return the rest of a deleted poll: its id, which stays taken, and the event for its copies."""
    return {
        "poll_id": {"S": event.poll_id},
        "revision": {"N": str(event.revision)},
        "deleted_at": {"S": format_instant(event.occurred_at)},
        "event": event_attribute(event),
    }


def _update(
    table: str,
    *,
    key: dict[str, AttributeValue],
    set_to: dict[str, AttributeValue],
    condition: str,
    values: dict[str, AttributeValue],
    remove: tuple[str, ...] = (),
) -> "TransactWriteItemTypeDef":
    setting = "SET " + ", ".join(f"#{name} = :{name}" for name in set_to)
    removing = " REMOVE " + ", ".join(f"#{name}" for name in remove) if remove else ""
    update: UpdateTypeDef = {
        "TableName": table,
        "Key": key,
        "UpdateExpression": setting + removing,
        "ConditionExpression": condition,
        "ExpressionAttributeNames": {f"#{name}": name for name in (*set_to, *remove)},
        "ExpressionAttributeValues": {f":{name}": value for name, value in set_to.items()} | values,
    }
    return {"Update": update}
