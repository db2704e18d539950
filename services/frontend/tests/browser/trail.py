"""Entries of the trail, as they were written once."""

from datetime import UTC, datetime, timedelta
from typing import Final

from contracts.ids import PollId
from contracts.trail import Deed, TrailEntryV2

NOON: Final = datetime(2026, 5, 4, 12, tzinfo=UTC)


def entry(
    deed: Deed, about: str | None = None, poll_id: PollId | None = None, name: str = "ada", minute: int = 0
) -> TrailEntryV2:
    """Return what somebody did at some minutes past noon."""
    return TrailEntryV2(
        at=NOON + timedelta(minutes=minute), subject=f"sub-of-{name}", name=name, deed=deed,
        poll_id=poll_id, revision=1 if poll_id else None, about=about,
    )  # fmt: skip
