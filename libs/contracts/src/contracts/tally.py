"""Tally events: the totals of a poll, published through the stream of GameResults (see `events`)."""

from typing import Literal

from pydantic import NonNegativeInt, PositiveInt, TypeAdapter

from contracts.ids import TraceId
from contracts.model import Instant
from contracts.poll_snapshot import SnapshotEvent


class TallyChanged(SnapshotEvent):
    """A complete snapshot of a poll's totals. The greater `tally_version` is newer.

    `trace_id` is that of one vote in the totals: the newest of the batch that was counted last.
    """

    type: Literal["tally_changed"] = "tally_changed"
    a: NonNegativeInt
    b: NonNegativeInt
    invalid: NonNegativeInt
    tally_version: PositiveInt
    updated_at: Instant
    trace_id: TraceId | None = None


TALLY_EVENTS: TypeAdapter[TallyChanged] = TypeAdapter(TallyChanged)
