"""The one reader and the one writer of an event inside a DynamoDB item.

A table's stream is a public interface: consumers may read the attribute `event` of an item; every other
attribute is private.
"""

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from contracts.model import Contract

if TYPE_CHECKING:
    # Not imported: functions that read no event of a poll or vote need not build their models.
    from contracts.events import Event

type AttributeValue = dict[str, Any]
"""A value in DynamoDB's own JSON, such as `{"S": "text"}`."""


_WHOLE_NUMBER: Final = re.compile(r"-?[0-9]{1,38}")
"""A whole number as DynamoDB writes it: at most 38 digits."""


class NotAContractEvent(ValueError):
    """A stream record without an event that this reader understands; the message is the reason."""


class _Change(BaseModel):
    model_config = ConfigDict(frozen=True)

    sequence_number: str = Field(alias="SequenceNumber", pattern=r"^[0-9]{1,40}$")
    keys: dict[str, AttributeValue] = Field(alias="Keys")
    new_image: dict[str, AttributeValue] | None = Field(default=None, alias="NewImage")


class StreamRecord(BaseModel):
    """The envelope of one change. AWS adds fields to it at will, so unknown ones are ignored."""

    model_config = ConfigDict(frozen=True)

    event_name: Literal["INSERT", "MODIFY", "REMOVE"] = Field(alias="eventName")
    change: _Change = Field(alias="dynamodb")

    @property
    def sequence_number(self) -> str:
        """Forty digits, zero-padded: comparable as text (DynamoDB's Number ends at 38 digits)."""
        return self.change.sequence_number.zfill(40)

    def event[T](self, reader: TypeAdapter[T]) -> T:
        """Return the event in the new image, read by one of the adapters of `contracts.events`.

        Raises `NotAContractEvent` when there is none or when it does not fit its contract.
        """
        return read_event(self.change.new_image or {}, reader)


def read_record(raw: Mapping[str, Any]) -> StreamRecord:
    """Read the envelope of a stream record. Raises `NotAContractEvent` when it is not one."""
    try:
        return StreamRecord.model_validate(raw)
    except ValidationError as error:
        raise NotAContractEvent(_reasons(error)) from error


def read_event[T](item: Mapping[str, AttributeValue], reader: TypeAdapter[T]) -> T:
    """Return the event in an item, in DynamoDB's JSON, as `StreamRecord.event` reads it from an image.

    Raises `NotAContractEvent` when there is none or when it does not fit its contract.
    """
    event = _event_in(item)
    # In Python, and therefore in Pydantic, `True` equals 1.
    if not isinstance(event.get("type"), str) or type(event.get("version")) is not int:
        raise NotAContractEvent("an event says its type and its version")
    try:
        # As JSON and strictly: a number in the place of a text or of a moment is an error, not a guess.
        return reader.validate_json(json.dumps(event), strict=True)
    except ValidationError as error:
        raise NotAContractEvent(_reasons(error)) from error


def event_attribute(event: "Event") -> AttributeValue:
    """Return the event as the DynamoDB value of the attribute `event`; absent fields stay absent."""
    return to_map(event)


def to_map(value: Contract) -> AttributeValue:
    """Return a flat value as a DynamoDB map; absent fields stay absent."""
    dumped = value.model_dump(mode="json", exclude_none=True)
    return {"M": {name: _to_attribute(field) for name, field in dumped.items()}}


def from_map[T: Contract](attribute: AttributeValue, model: type[T]) -> T:
    """Return the value in a map that `to_map` has written.

    A field that it lacks has its default, and one that the model lacks is ignored: an earlier or a later
    release has stored it.
    """
    fields = {name: _from_attribute(name, value) for name, value in attribute["M"].items()}
    return model.model_validate({name: value for name, value in fields.items() if name in model.model_fields})


def _event_in(image: Mapping[str, AttributeValue]) -> dict[str, str | int | bool | None]:
    attribute = image.get("event")
    if not isinstance(attribute, dict) or not isinstance(attribute.get("M"), dict):
        raise NotAContractEvent("the new image has no map attribute 'event'")
    return {name: _from_attribute(name, value) for name, value in attribute["M"].items()}


def _to_attribute(value: str | int | bool) -> AttributeValue:
    if isinstance(value, bool):
        return {"BOOL": value}
    return {"N": str(value)} if isinstance(value, int) else {"S": value}


def _from_attribute(name: str, value: object) -> str | int | bool | None:
    match value:
        case {"S": str(text)}:
            return text
        case {"N": str(digits)} if _WHOLE_NUMBER.fullmatch(digits):
            return int(digits)
        case {"BOOL": bool(flag)}:
            return flag
        case {"NULL": True}:
            return None
    raise NotAContractEvent(f"event.{name} is not a text, a whole number, a truth value or null")


def _reasons(error: ValidationError) -> str:
    return "; ".join(f"{'.'.join(map(str, e['loc'])) or 'record'}: {e['msg']}" for e in error.errors())
