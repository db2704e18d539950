"""Parse the event of the VotesLog event source mapping."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from results_service.domain.errors import MissingShardId
from results_service.domain.vote_record import Change, Vote, read_change


@dataclass(frozen=True, slots=True)
class Batch:
    """The changes of one invocation, in order of delivery, all from one shard.

    `partial`: the source supports partial batch responses. Only a source that names its shard is known to
    support them; another source would take such a response for a success and lose the remaining records.
    """

    shard_id: str
    changes: tuple[Change, ...]
    partial: bool

    @classmethod
    def read(cls, event: Mapping[str, Any], single_shard: str) -> Self:
        """Parse an event. An event without records (the end of a window) is an empty batch.

        `single_shard` names the only shard of a source that sends no shard ids. If it is empty, every event
        with records must carry a shard id. Raises `MissingShardId`.
        """
        changes = tuple(read_change(raw) for raw in event.get("Records") or ())
        named = event.get("shardId")
        shard_id = named if isinstance(named, str) and named else single_shard
        if changes and not shard_id:
            raise MissingShardId(
                "the event carries no shardId: is TumblingWindowInSeconds set on the mapping?"
            )
        return cls(shard_id, changes, partial=shard_id == named)

    @property
    def oldest_vote_at(self) -> datetime | None:
        """The time of acceptance of the oldest vote."""
        return min((vote.recorded_at for vote in self.changes if isinstance(vote, Vote)), default=None)

    def by_poll(self) -> dict[str, list[Change]]:
        """Return the changes grouped by poll."""
        groups: dict[str, list[Change]] = {}
        for change in self.changes:
            groups.setdefault(change.poll_id, []).append(change)
        return groups
