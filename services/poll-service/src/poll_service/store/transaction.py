"""What a step writes: the poll, on condition of its revision, and the pointer where the step concerns it."""

from typing import TYPE_CHECKING, Final

from contracts.events import PollClosing, PollCreated, PollEvent, PollOpened
from contracts.model import format_instant
from contracts.stream import AttributeValue

from poll_service.domain.lifecycle import Change
from poll_service.domain.poll import Poll
from poll_service.store.poll_item import changing_attributes, to_item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef, UpdateTypeDef

POINTER: Final[dict[str, AttributeValue]] = {"poll_id": {"S": "#active"}}


def writes_of(change: Change, table: str) -> "list[TransactWriteItemTypeDef]":
    """Return the items of the transaction, the poll first."""
    poll, event = change.poll, change.event
    match event:
        case None:
            return []
        case PollCreated():
            condition = "attribute_not_exists(poll_id)"
            return [
                {"Put": {"TableName": table, "Item": to_item(poll, event), "ConditionExpression": condition}}
            ]
        case PollOpened():
            return [_update_poll(poll, event, table), _take_pointer(poll, event, table)]
        case PollClosing():
            return [_update_poll(poll, event, table), _end_pointer(poll, table)]
        case _:
            return [_update_poll(poll, event, table)]


def _update_poll(poll: Poll, event: PollEvent, table: str) -> "TransactWriteItemTypeDef":
    attributes = changing_attributes(poll, event)
    return _update(
        table,
        key={"poll_id": {"S": poll.poll_id}},
        set_to=attributes,
        condition="revision = :before",
        values={":before": {"N": str(poll.revision - 1)}},
    )


def _take_pointer(poll: Poll, opened: PollOpened, table: str) -> "TransactWriteItemTypeDef":
    """Point at this poll, unless the pointer points at one that has not ended by the moment of opening."""
    return _update(
        table,
        key=POINTER,
        set_to={"active_poll_id": {"S": poll.poll_id}} | _end_of(poll),
        remove=() if poll.closes_at else ("closes_at",),
        condition="attribute_not_exists(poll_id) OR closes_at <= :now",
        values={":now": {"S": format_instant(opened.occurred_at)}},
    )


def _end_pointer(poll: Poll, table: str) -> "TransactWriteItemTypeDef":
    return _update(
        table,
        key=POINTER,
        set_to=_end_of(poll),
        condition="active_poll_id = :poll",
        values={":poll": {"S": poll.poll_id}},
    )


def _end_of(poll: Poll) -> dict[str, AttributeValue]:
    return {"closes_at": {"S": format_instant(poll.closes_at)}} if poll.closes_at else {}


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
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    return {"Update": update}
