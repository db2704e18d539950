"""The VotingState table: this service's copy of each poll, with its salt, which is stored nowhere else.

Voting reads only this copy, so it continues during an outage of poll-service.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from contracts.enums import PollStatus, VoterPolicy
from contracts.events import PollArchived, PollChanged, PollDeleted, PollEvent
from contracts.ids import PollId
from contracts.stream import AttributeValue, event_attribute

from vote_service.adapters.aws import map_aws_errors
from vote_service.domain.errors import PollUnknown
from vote_service.domain.poll import PollCopy, VotingKeys

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

BUCKETS: Final = 16
"""Number of partitions for the votes of a new poll."""

KNOWN_FOR: Final = timedelta(seconds=10)
"""How long the wrapper uses the copy of an open poll, also if the poll is archived and its salt destroyed."""

SALT: Final = "salt"
SALT_BYTES: Final = 32
_NOT_STATE: Final = frozenset({"type", "version", "poll_id", "occurred_at"})
_STATE: Final = PollChanged.model_fields.keys() - _NOT_STATE
"""All fields of a poll's state in events. A field that an event omits is removed from the copy."""


class VotingState:
    """One item per poll; only `track_poll` writes it."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def find(self, poll_id: PollId) -> PollCopy | None:
        """Return the copy of a poll, including drafts, or None. Raises `Throttled` or `Unavailable`."""
        with map_aws_errors():
            answer = self._client.get_item(
                TableName=self._table, Key={"poll_id": {"S": poll_id}}, ConsistentRead=True
            )
        item = answer.get("Item")
        return None if item is None else _copy_in(item)

    def get_public(self, poll_id: PollId) -> PollCopy:
        """Return the copy of a public poll.

        Raises `PollUnknown` for an unknown poll or a draft, `Throttled` or `Unavailable`.
        """
        poll = self.find(poll_id)
        if poll is None or poll.is_draft():
            raise PollUnknown
        return poll

    def apply(self, event: PollEvent, key_id: str) -> bool:
        """Update the copy to the event's state; return False if the copy is as new or newer.

        The first write sets salt, key id and bucket count. They never change, because the same voter would
        get another voter key. Archiving removes the salt in the same write and keeps the data for recounts;
        deleting also removes the texts.

        Raises `Throttled`, `Unavailable` or `NotStorable`.
        """
        state = {name: value for name, value in event_attribute(event)["M"].items() if name not in _NOT_STATE}
        pinned: dict[str, AttributeValue] = {"key_id": {"S": key_id}, "buckets": {"N": str(BUCKETS)}}
        unset = _STATE - state.keys()
        if isinstance(event, PollArchived | PollDeleted):
            unset |= {SALT}
        else:
            pinned[SALT] = {"B": secrets.token_bytes(SALT_BYTES)}
        setting = [f"#{name} = :{name}" for name in state]
        setting += [f"#{name} = if_not_exists(#{name}, :{name})" for name in pinned]
        removing = f" REMOVE {', '.join(f'#{name}' for name in unset)}" if unset else ""
        try:
            with map_aws_errors():
                self._client.update_item(
                    TableName=self._table,
                    Key={"poll_id": {"S": event.poll_id}},
                    UpdateExpression=f"SET {', '.join(setting)}{removing}",
                    ConditionExpression="attribute_not_exists(#revision) OR #revision < :revision",
                    ExpressionAttributeNames={f"#{name}": name for name in (*state, *pinned, *unset)},
                    ExpressionAttributeValues={f":{name}": value for name, value in (state | pinned).items()},
                )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True


class OpenPolls:
    """Copies of open polls, each read once in a while: from its opening on, only the end of a poll changes.

    The end is decided by the vote workflow, which reads the copy again. A poll that is not open now is read
    each time.
    """

    def __init__(self, polls: VotingState) -> None:
        self._polls = polls
        self._known: dict[PollId, tuple[datetime, PollCopy]] = {}

    def get_public(self, poll_id: PollId, now: datetime) -> PollCopy:
        """Return the copy of a public poll; its end may be out of date.

        Raises `PollUnknown` for an unknown poll or a draft, `Throttled` or `Unavailable`.
        """
        read_at, poll = self._known.get(poll_id, (None, None))
        if poll is None or read_at is None or not timedelta() <= now - read_at < KNOWN_FOR:
            self._known.pop(poll_id, None)
            poll = self._polls.get_public(poll_id)
            if not poll.is_closed(now) and not poll.opens_later(now):
                self._known[poll_id] = now, poll
        return poll


def _copy_in(item: Mapping[str, Any]) -> PollCopy:
    return PollCopy(
        poll_id=item["poll_id"]["S"],
        status=PollStatus(item["status"]["S"]),
        opens_at=_moment(item, "opens_at"),
        closes_at=_moment(item, "closes_at"),
        policy=VoterPolicy(item["policy"]["S"]),
        revision=int(item["revision"]["N"]),
        keys=VotingKeys(
            salt=item[SALT]["B"] if SALT in item else None,
            key_id=item["key_id"]["S"],
            buckets=int(item["buckets"]["N"]),
        ),
        proof_of_work=item["proof_of_work"]["BOOL"],
    )


def _moment(item: Mapping[str, Any], name: str) -> datetime | None:
    return datetime.fromisoformat(item[name]["S"]) if name in item else None
