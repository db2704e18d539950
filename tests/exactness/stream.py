"""A DynamoDB stream and the mapping that reads it for a function, as AWS documents them.

The mapping delivers per shard in order the first time, a parent's records before its children's, at least
once, in batches cut anew at will. A failed batch comes again whole, halved or cut anew; an answer may name
where to begin again; the position may go back; an earlier batch may come late, even in the middle of another.
It never does what AWS does not: skip a record, or deliver one for the first time out of order.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from testkit.events import lambda_context

from .faults import Fault, Interruptions, Killed

FIRST_NUMBER: Final = 10**21 - 8
"""Numbers grow from 21 digits to 22 while a schedule runs: compared as plain text they would go wrong."""

type Record = dict[str, Any]
type Handler = Callable[[dict[str, Any], Any], Any]


@dataclass
class Shard:
    """Records in the order of their numbers. Closed once it has children."""

    name: str
    parent: "Shard | None" = None
    records: list[Record] = field(default_factory=list)
    closed: bool = False


class Stream:
    """Shards that records are added to, and that split."""

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
        """Close a shard; two children share what it would have got, whatever its key."""
        shard.closed = True
        count = len(self.shards)
        self.shards += [Shard(f"shardId-{self.name}-{count + side:04}", shard) for side in (0, 1)]

    def replace(self) -> None:
        """Close every shard; a new stream of new shards carries all of it anew, under new numbers."""
        old = [record for shard in self.shards for record in shard.records]
        for shard in self.open:
            shard.closed = True
        count = len(self.shards)
        self.shards += [Shard(f"shardId-{self.name}-{count + side:04}") for side in (0, 1)]
        for turn, record in enumerate(old):
            self.add(self.open[turn % len(self.open)], record)


class After(StrEnum):
    """What a mapping does with a batch whose invocation failed."""

    WHOLE = "the same batch again"
    BISECT = "its first half"
    CUT_ANEW = "cut anew"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One invocation: how far the position goes back first, how many records, what goes wrong."""

    size: int = 1000
    back: int = 0
    fault: Fault | None = None
    after: After = After.WHOLE
    earlier: int = 0
    """Which earlier batch overtakes, counted back from this one."""


class Stuck(Exception):
    """The function fails a batch again and again although nothing goes wrong."""


@dataclass
class Mapping:
    """Reads one stream for one function."""

    stream: Stream
    handler: Handler
    interruptions: Interruptions
    windows: bool = False
    """Tumbling windows: the event names its shard and the answer must carry state."""
    partial: bool = False
    """ReportBatchItemFailures."""
    positions: dict[str, int] = field(default_factory=dict)
    last_error: BaseException | None = None
    _sizes: dict[str, int] = field(default_factory=dict)
    _states: dict[str, Any] = field(default_factory=dict)
    _delivered: list[dict[str, Any]] = field(default_factory=list)

    def deliver(self, shard: Shard, step: Delivery) -> bool:
        """Invoke the function once, if the shard may be read and has records; tell whether it went well."""
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
            if step.after is not After.CUT_ANEW:
                self._sizes[shard.name] = len(batch) if step.after is After.WHOLE else -(-len(batch) // 2)
            return False
        self.positions[shard.name] = start + done
        return done == len(batch)

    def deliver_late(self, earlier: int) -> None:
        """Let an earlier batch arrive once more, by itself: what it answers is nobody's business."""
        if self._delivered:
            event = self._delivered[-1 - earlier % len(self._delivered)]
            self._invoke(event, None, lambda: None)

    def end_window(self, shard: Shard) -> None:
        """Send the last event of a window, which carries no records."""
        if self.windows:
            event = self._event(shard, []) | {"isFinalInvokeForWindow": True}
            del event["Records"]
            if self._invoke(event, None, lambda: None) is None:
                raise Stuck(f"{shard.name}: the end of a window is not answered")
            self._states.pop(shard.name, None)

    def forget(self, shard: Shard) -> list[Record]:
        """Go past what has not been delivered, as a stream does after 24 hours; return what was lost."""
        position = self.positions.get(shard.name, 0)
        self.positions[shard.name] = len(shard.records)
        return shard.records[position:]

    def drain(self) -> None:
        """Deliver all there is, with nothing going wrong any more."""
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
        """Tell whether all of a shard and of its parents has been delivered."""
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
        """Return how many records are done, or None when the invocation failed."""
        numbers = [record["dynamodb"]["SequenceNumber"] for record in event.get("Records", ())]
        self.interruptions.arm(fault, overtake)
        try:
            answer = self.handler(event, CONTEXT) or {}
        except (Exception, Killed) as error:  # noqa: BLE001 (whatever a function raises, its batch comes again)
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
