"""Parse changes of VotesLog without raising: an unreadable record becomes an invalid record.

An exception would make the stream deliver the record again for ever and block its shard. A skipped record
would be lost.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from contracts.enums import Choice
from contracts.events import VOTE_EVENTS, VoteCast
from contracts.ids import CROCKFORD
from contracts.stream import NotAContractEvent, StreamRecord, read_record

UNREADABLE: Final = "#unreadable"
"""Partition key for records whose key names no poll."""

_PARTITION: Final = re.compile(rf"([{CROCKFORD}]{{26}})#[0-9]+")
_NUMBER: Final = re.compile(r"[0-9]{1,40}")


@dataclass(frozen=True, slots=True)
class Vote:
    """One vote. `number` is the sequence number as delivered, `recorded_at` the time of acceptance."""

    poll_id: str
    number: str
    choice: Choice
    recorded_at: datetime
    trace_id: str | None = None
    shown_first: Choice | None = None


@dataclass(frozen=True, slots=True)
class PoisonRecord:
    """An inserted record that is no valid vote. Without a `number` it is stored but not counted."""

    poll_id: str
    number: str | None
    reason: str
    raw: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Tampering:
    """A changed or deleted vote, which no role allows: it is not counted and raises an alarm."""

    poll_id: str
    number: str
    reason: str
    raw: Mapping[str, Any]


type Change = Vote | PoisonRecord | Tampering


def read_change(raw: Mapping[str, Any]) -> Change:
    """Parse one stream record."""
    poll_id = _poll_in_key(raw)
    try:
        record = read_record(raw)
        if record.event_name != "INSERT":
            reason = f"{record.event_name} in VotesLog, where votes are only ever added"
            return Tampering(poll_id, record.change.sequence_number, reason, raw)
        vote = _vote_for(record, poll_id)
        number = record.change.sequence_number
        return Vote(poll_id, number, vote.choice, vote.recorded_at, vote.trace_id, vote.shown_first)
    except NotAContractEvent as error:
        return PoisonRecord(poll_id, number_of(raw), str(error), raw)


def number_of(raw: object) -> str | None:
    """Return the record's sequence number, or None if it has none."""
    match raw:
        case {"dynamodb": {"SequenceNumber": str(number)}} if _NUMBER.fullmatch(number):
            return number
    return None


def _vote_for(record: StreamRecord, poll_id: str) -> VoteCast:
    vote = record.event(VOTE_EVENTS)
    if vote.poll_id != poll_id:
        raise NotAContractEvent("event.poll_id is not the poll of the item's key")
    return vote


def _poll_in_key(raw: object) -> str:
    match raw:
        case {"dynamodb": {"Keys": {"pk": {"S": str(partition)}}}} if found := _PARTITION.fullmatch(
            partition
        ):
            return found[1]
    return UNREADABLE
