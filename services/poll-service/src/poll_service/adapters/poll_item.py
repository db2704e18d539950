"""A poll as an item of the Polls table, and back."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from contracts.events import PollEvent
from contracts.poll_snapshot import PollSettings
from contracts.stream import AttributeValue, event_attribute, from_map
from pydantic import TypeAdapter

from poll_service.domain.poll import Poll

type Item = Mapping[str, Any]

ENTITY: Final = "poll"
"""The hash key of the list's index: only polls have it, so only polls are listed."""

_POLL: Final = TypeAdapter(Poll)
_FIELDS: Final = {field.name for field in fields(Poll)}
_CREATION: Final = {"poll_id", "created_at", "created_by", "rerun_of", "rehearsal", "created_from"}
CHANGING: Final = _FIELDS - _CREATION | {"event"}
"""The attributes that a transition may change; those that it does not write are removed."""


def to_item(poll: Poll, event: PollEvent) -> dict[str, AttributeValue]:
    """Return the whole item of a new poll. Unset values are absent."""
    serialize = TypeSerializer().serialize
    values: dict[str, Any] = _POLL.dump_python(poll, mode="json", exclude_none=True) | {"entity": ENTITY}
    item: dict[str, Any] = {name: serialize(value) for name, value in values.items()}
    return item | {"event": event_attribute(event)}


def changing_attributes(poll: Poll, event: PollEvent) -> dict[str, AttributeValue]:
    """Return the attributes that a transition may change."""
    return {name: value for name, value in to_item(poll, event).items() if name in CHANGING}


def from_item(item: Item) -> Poll:
    """Return the poll that an item holds."""
    deserialize = TypeDeserializer().deserialize
    values = {name: deserialize(item[name]) for name in _FIELDS & item.keys()}
    return _POLL.validate_python(values | {"settings": from_map(item["settings"], PollSettings)})


def is_deleted(item: Item) -> bool:
    """Return whether the item is the tombstone of a deleted poll."""
    return "deleted_at" in item
