"""Convert items of GameResults between domain values and DynamoDB JSON."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass
from datetime import datetime
from typing import Any, Final

from contracts.model import format_instant
from contracts.stream import AttributeValue, event_attribute, from_map, to_map

from results_service.domain.poll import Poll
from results_service.domain.tally import Tally, mark_of
from results_service.domain.totals import Totals

KEPT_BYTES: Final = 200_000
"""A longer record is stored without its images: an item holds 400 KB, a message 256 KB."""

REASON_LENGTH: Final = 2_000

COUNTS: Final = ("a", "b", "i", "a_first_a", "a_first_b", "b_first_a", "b_first_b")
"""The attributes of a tally's fields, in their order."""

type Item = dict[str, AttributeValue]


@dataclass(frozen=True, slots=True)
class InvalidRecord:
    """An invalid record to store. `source` is its VotesLog shard, or the name of another stream."""

    poll_id: str
    source: str
    number: str | None
    reason: str
    raw: Mapping[str, Any]

    @property
    def sort_key(self) -> str:
        """Return the sort key. A record delivered again gets the same key."""
        unnumbered = f"unnumbered-{hashlib.sha256(_text(self.raw).encode()).hexdigest()[:40]}"
        return f"invalid#{self.source}#{mark_of(self.number) if self.number else unnumbered}"

    @property
    def record(self) -> str:
        """Return the raw record as JSON, without images if it is too large.

        Its keys and sequence number then find the full item in its table.
        """
        whole = _text(self.raw)
        if len(whole.encode()) <= KEPT_BYTES:
            return whole
        change = self.raw.get("dynamodb")
        kept = ("Keys", "SequenceNumber", "SizeBytes", "ApproximateCreationDateTime")
        slim = {name: change[name] for name in kept if name in change} if isinstance(change, Mapping) else {}
        without_images = {"eventName": self.raw.get("eventName"), "dynamodb": slim, "images_left_out": True}
        return _text(without_images)[:KEPT_BYTES]


def invalid_item(record: InvalidRecord, now: datetime) -> Item:
    """Return the attributes of a pending `invalid#…` item."""
    return {
        "status": {"S": "pending"},
        "reason": {"S": record.reason[:REASON_LENGTH]},
        "record": {"S": record.record},
        "invalid_at": {"S": format_instant(now)},
    }


def tally_of(item: Mapping[str, Any]) -> Tally:
    """Return the counts of a counter or totals item."""
    return Tally(*(int(item.get(name, {"N": "0"})["N"]) for name in COUNTS))


def counts_of(tally: Tally) -> dict[str, int]:
    """Return the counts by attribute."""
    return dict(zip(COUNTS, astuple(tally), strict=True))


def counts_item(tally: Tally) -> Item:
    """Return the attributes of the counts; those by order are absent where they are 0."""
    counts = counts_of(tally).items()
    return {name: {"N": str(count)} for name, count in counts if count or name in COUNTS[:3]}


def newest_trace_id(counters: Iterable[Mapping[str, Any]]) -> str | None:
    """Return the trace id in the counter that was counted last, or None if it has none."""
    counted = [item for item in counters if "counted_at" in item]
    newest = max(counted, key=lambda item: str(item["counted_at"]["S"]), default={})
    return newest["trace_id"]["S"] if "trace_id" in newest else None


def totals_item(totals: Totals) -> Item:
    """Return the attributes of the totals item. Stream consumers read only `event`."""
    item: Item = {
        **counts_item(totals.tally),
        "tally_version": {"N": str(totals.version)},
        "updated_at": {"S": format_instant(totals.updated_at)},
    }
    if totals.poll is not None:
        item["poll"] = to_map(totals.poll)
    event = totals.event()
    return item if event is None else item | {"event": event_attribute(event)}


def totals_of(poll_id: str, item: Mapping[str, Any]) -> Totals:
    """Return the totals that an item holds."""
    event = item.get("event", {"M": {}})["M"]
    return Totals(
        poll_id,
        tally_of(item),
        poll=from_map(item["poll"], Poll) if "poll" in item else None,
        version=int(item["tally_version"]["N"]),
        updated_at=datetime.fromisoformat(item["updated_at"]["S"]),
        announced="event" in item,
        trace_id=event["trace_id"]["S"] if "trace_id" in event else None,
    )


def _text(value: Mapping[str, Any]) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), default=str)
