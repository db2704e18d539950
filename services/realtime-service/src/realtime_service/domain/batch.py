"""Parse a batch of GameResults records: the newest snapshot of each poll, and unreadable records."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.stream import NotAContractEvent, read_record
from contracts.tally import TALLY_EVENTS, TallyChanged


@dataclass(frozen=True, slots=True)
class Change:
    """A poll's newest snapshot in the batch, and the sequence number of its record."""

    tally: TallyChanged
    sequence_number: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A record that violates its contract, and the reason."""

    record: Mapping[str, Any]
    reason: str


@dataclass(frozen=True, slots=True)
class Batch:
    """The content of a batch of records."""

    changes: tuple[Change, ...]
    unreadable: tuple[Unreadable, ...]


def read_batch(records: Iterable[Mapping[str, Any]]) -> Batch:
    """Return one change per poll. A snapshot is complete, so an older one in the same batch adds nothing."""
    newest: dict[str, Change] = {}
    unreadable: list[Unreadable] = []
    for raw in records:
        try:
            record = read_record(raw)
            tally = record.event(TALLY_EVENTS)
        except NotAContractEvent as error:
            unreadable.append(Unreadable(raw, str(error)))
            continue
        seen = newest.get(tally.poll_id)
        if seen is None or tally.tally_version >= seen.tally.tally_version:
            newest[tally.poll_id] = Change(tally, record.change.sequence_number)
    return Batch(tuple(newest.values()), tuple(unreadable))
