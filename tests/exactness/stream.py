"""A DynamoDB stream and its event source mapping, with the behaviour that AWS documents.

The mapping delivers per shard in order the first time, a parent's records before its children's, at least
once, in batches of any size. A failed batch is retried whole, halved or re-batched; a partial batch response
may name the record to start from; the position may go back; an earlier batch may come late, even during
another. The mapping never skips a record, and never delivers one for the first time out of order.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from testkit.events import lambda_context

from .faults import Fault, Interruptions, Killed

FIRST_NUMBER: Final = 10**21 - 8
"""Sequence numbers grow from 21 to 22 digits during a schedule, so they must compare as numbers."""

type Record = dict[str, Any]
type Handler = Callable[[dict[str, Any], Any], Any]


@dataclass
class Shard:
    """Records in the order of their sequence numbers. A shard with children is closed."""

    name: str
    parent: "Shard | None" = None
    records: list[Record] = field(default_factory=list)
    closed: bool = False


class Stream:
    """Shards that take records and can split."""

    def __init__(self, name: str, shards: int) -> None:
        self.name = name
        self.shards = [Shard(f"shardId-{name}-{number:04}") for number in range(shards)]
        self._number = FIRST_NUMBER

    @property
    def open(self) -> list[Shard]:
        """The shards that take records."""
        return [shard for shard in self.shards if not shard.closed]

    def add(self, shard: Shard, record: Record) -> None:
        """Add a record; it gets the next sequence number."""
        self._number += 1
        change = {**record["dynamodb"], "SequenceNumber": str(self._number), "SizeBytes": 300}
        shard.records.append({**record, "eventID": f"{self._number}", "dynamodb": change})

    def split(self, shard: Shard) -> None:
        """Close a shard; its two children share later records, regardless of keys."""
        shard.closed = True
        count = len(self.shards)
        self.shards += [Shard(f"shardId-{self.name}-{count + side:04}", shard) for side in (0, 1)]

    def replace(self) -> None:
        """Close every shard; new shards carry all records again, under new sequence numbers."""
        old = [record for shard in self.shards for record in shard.records]
        for shard in self.open:
            shard.closed = True
        count = len(self.shards)
        self.shards += [Shard(f"shardId-{self.name}-{count + side:04}") for side in (0, 1)]
        for turn, record in enumerate(old):
            self.add(self.open[turn % len(self.open)], record)


class After(StrEnum):
    """How the mapping retries a batch whose invocation failed."""

    WHOLE = "the same batch again"
    BISECT = "its first half"
    REBATCHED = "in other batches"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One invocation: how far the position goes back first, the number of records, and the fault."""

    size: int = 1000
    back: int = 0
    fault: Fault | None = None
    after: After = After.WHOLE
    earlier: int = 0
    """Index of the earlier batch that overtakes, counted back from this one."""


class Stuck(Exception):
    """The function fails a batch repeatedly although there is no fault."""


@dataclass
class Mapping:
    """Reads one stream for one function."""

    stream: Stream
    handler: Handler
    interruptions: Interruptions
    windows: bool = False
    """Tumbling windows: the event names its shard, and the response must carry state."""
    partial: bool = False
    """ReportBatchItemFailures."""
    positions: dict[str, int] = field(default_factory=dict)
    last_error: BaseException | None = None
    _sizes: dict[str, int] = field(default_factory=dict)
    _states: dict[str, Any] = field(default_factory=dict)
    _delivered: list[dict[str, Any]] = field(default_factory=list)

    def deliver(self, shard: Shard, step: Delivery) -> bool:
        """Invoke the function once if the shard is readable and has records; return whether it succeeded."""
        position = self.positions.get(shard.name, 0)
        start = max(0, position - step.back)
        size = step.size if step.back else self._sizes.pop(shard.name, step.size)
        batch = shard.records[start : start + size]
        if not batch or (shard.parent is not None and not self.done_with(shard.parent)):
            return True
        event = self._event(shard, batch)
        self._delivered.append(event)
        late = self._delivered[-1 - step.earlier % len(self._delivered)]
        done = self._invoke(event, step.fault, lambda: self.handler(late, CONTEXT))
        if done is None:
            self.positions[shard.name] = start
            if step.after is not After.REBATCHED:
                self._sizes[shard.name] = len(batch) if step.after is After.WHOLE else -(-len(batch) // 2)
            return False
        self.positions[shard.name] = start + done
        return done == len(batch)

    def deliver_late(self, earlier: int) -> None:
        """Deliver an earlier batch once more; its response is ignored."""
        if self._delivered:
            event = self._delivered[-1 - earlier % len(self._delivered)]
            self._invoke(event, None, lambda: None)

    def end_window(self, shard: Shard) -> None:
        """Send the last event of a window, which carries no records."""
        if self.windows:
            event = self._event(shard, []) | {"isFinalInvokeForWindow": True}
            del event["Records"]
            if self._invoke(event, None, lambda: None) is None:
                raise Stuck(f"{shard.name}: the function failed at the end of a window")
            self._states.pop(shard.name, None)

    def forget(self, shard: Shard) -> list[Record]:
        """Skip undelivered records, as a stream does after 24 hours; return them."""
        position = self.positions.get(shard.name, 0)
        self.positions[shard.name] = len(shard.records)
        return shard.records[position:]

    def drain(self) -> None:
        """Deliver all records, without faults."""
        self._sizes.clear()
        for shard in self.stream.shards:
            for _ in range(100):
                if self.done_with(shard):
                    break
                self.deliver(shard, Delivery())
            else:
                raise Stuck(shard.name) from self.last_error
            self.end_window(shard)

    def done_with(self, shard: Shard) -> bool:
        """Return whether all records of a shard and of its parents have been delivered."""
        return self.positions.get(shard.name, 0) >= len(shard.records) and (
            shard.parent is None or self.done_with(shard.parent)
        )

    def _event(self, shard: Shard, batch: list[Record]) -> dict[str, Any]:
        event: dict[str, Any] = {"Records": batch}
        if self.windows:
            event |= {
                "shardId": shard.name,
                "state": self._states.get(shard.name, {}),
                "window": {"start": "2026-11-23T18:00:00Z", "end": "2026-11-23T18:01:00Z"},
                "isFinalInvokeForWindow": False,
                "isWindowTerminatedEarly": False,
            }
        return event

    def _invoke(
        self, event: dict[str, Any], fault: Fault | None, overtake: Callable[[], object]
    ) -> int | None:
        """Return the number of records done, or None if the invocation failed."""
        numbers = [record["dynamodb"]["SequenceNumber"] for record in event.get("Records", ())]
        self.interruptions.arm(fault, overtake)
        try:
            answer = self.handler(event, CONTEXT) or {}
        except (Exception, Killed) as error:  # noqa: BLE001 (any error makes the batch come again)
            self.last_error = error
            return None
        finally:
            self.interruptions.disarm()
        if self.windows:
            if not isinstance(answer.get("state"), dict):
                return None
            self._states[event["shardId"]] = answer["state"]
        failures = [one["itemIdentifier"] for one in answer.get("batchItemFailures", ())]
        if not failures:
            return len(numbers)
        if not self.partial:
            return None
        named = [number for number in numbers if number.zfill(40) in {one.zfill(40) for one in failures}]
        return numbers.index(named[0]) if named else None


CONTEXT: Final = lambda_context(remaining_ms=300_000)
