"""Reads a batch of GameResults records: the newest snapshot of each poll, and what cannot be read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.stream import NotAContractEvent, read_record
from contracts.tally import TALLY_EVENTS, TallyChanged


@dataclass(frozen=True, slots=True)
class Change:
    """A poll's newest snapshot in the batch, and the record (by its sequence number) that brought it."""

    tally: TallyChanged
    sequence_number: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A record that is not what its contract says, and why."""

    record: Mapping[str, Any]
    reason: str


@dataclass(frozen=True, slots=True)
class Batch:
    """What a batch of records comes down to."""

    changes: tuple[Change, ...]
    unreadable: tuple[Unreadable, ...]


def read_batch(records: Iterable[Mapping[str, Any]]) -> Batch:
    """Return one change per poll: a snapshot is whole, so an older one in the same batch adds nothing."""
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
