"""Read the event of the VotesLog mapping: from which shard, which records, and what an answer can say."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from results_service.domain.errors import MissingShardId
from results_service.domain.vote_record import Change, read_change


@dataclass(frozen=True, slots=True)
class Batch:
    """The changes of one invocation, in the order of delivery, all of one shard.

    `partial`: the source understands an answer that names the failed record. Only a source that also names
    its shard is known to; any other would take such an answer for a success, and lose the rest.
    """

    shard_id: str
    changes: tuple[Change, ...]
    partial: bool

    @classmethod
    def read(cls, event: Mapping[str, Any], single_shard: str) -> Self:
        """Read a mapping's event; one without records (the end of a window) is an empty batch.

        `single_shard` names the only shard of a source that sends no shard ids; "" where every event must
        carry one. Raises `MissingShardId`.
        """
        changes = tuple(read_change(raw) for raw in event.get("Records") or ())
        named = event.get("shardId")
        shard_id = named if isinstance(named, str) and named else single_shard
        if changes and not shard_id:
            raise MissingShardId(
                "the event carries no shardId: is TumblingWindowInSeconds set on the mapping?"
            )
        return cls(shard_id, changes, partial=shard_id == named)

    def by_poll(self) -> dict[str, list[Change]]:
        """Return the changes of each poll."""
        groups: dict[str, list[Change]] = {}
        for change in self.changes:
            groups.setdefault(change.poll_id, []).append(change)
        return groups
