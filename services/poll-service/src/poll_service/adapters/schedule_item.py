"""The schedule as an item of the Polls table, and back. It has no `event`: it is private to this service."""

from datetime import datetime
from typing import Any, Final

from contracts.model import format_instant
from contracts.stream import AttributeValue

from poll_service.adapters.poll_item import Item
from poll_service.domain.schedule import Schedule, TimeSlot

SCHEDULE_KEY: Final[dict[str, AttributeValue]] = {"poll_id": {"S": "#schedule"}}


def schedule_attributes(schedule: Schedule) -> dict[str, AttributeValue]:
    """Return the attributes that a change of the schedule writes."""
    return {
        "revision": {"N": str(schedule.revision)},
        "slots": {"L": [{"M": _to_map(slot)} for slot in schedule.slots]},
    }


def schedule_in(item: Item | None) -> Schedule:
    """Return the schedule that an item holds; without an item it is empty."""
    if item is None:
        return Schedule()
    slots = tuple(_from_map(each["M"]) for each in item["slots"]["L"])
    return Schedule(revision=int(item["revision"]["N"]), slots=slots)


def _to_map(slot: TimeSlot) -> dict[str, AttributeValue]:
    ends = {} if slot.closes_at is None else {"closes_at": {"S": format_instant(slot.closes_at)}}
    return {"poll_id": {"S": slot.poll_id}, "opens_at": {"S": format_instant(slot.opens_at)}, **ends}


def _from_map(slot: dict[str, Any]) -> TimeSlot:
    return TimeSlot(
        poll_id=slot["poll_id"]["S"],
        opens_at=datetime.fromisoformat(slot["opens_at"]["S"]),
        closes_at=datetime.fromisoformat(slot["closes_at"]["S"]) if "closes_at" in slot else None,
    )
