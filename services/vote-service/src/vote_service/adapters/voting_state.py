"""The VotingState table: this service's copy of each poll, with its salt, which is stored nowhere else.

Voting reads only this copy, so it continues during an outage of poll-service. One item serves 3,000 reads a
second; a poll with more votes than that has replicas of its copy, and each vote reads one of them (ADR 55).
"""

import random
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import batched
from typing import TYPE_CHECKING, Any, Final

from contracts.enums import PollStatus, VoterPolicy
from contracts.ids import PollId
from contracts.stream import AttributeValue, event_attribute

from vote_service.adapters.aws import TransactionCancelled, map_aws_errors
from vote_service.domain.errors import PollUnknown, Unavailable
from vote_service.domain.poll import PollCopy, VotingKeys

if TYPE_CHECKING:
    from contracts.events import PollEvent
    from mypy_boto3_dynamodb import DynamoDBClient

REPLICA: Final = "#replica#"
_OLDER: Final = "attribute_not_exists(poll_id) OR revision < :revision"
MAX_WRITES: Final = 100
"""Maximum number of writes of a transaction."""

KNOWN_FOR: Final = timedelta(seconds=10)
"""How long the wrapper uses the copy of an open poll, also if the poll is archived and its salt destroyed."""

SALT: Final = "salt"
SALT_BYTES: Final = 32
_NOT_STATE: Final = frozenset({"type", "version", "poll_id", "occurred_at"})
"""Fields of events that are no part of the poll's state."""

_REPLICATED: Final = (
    "status", "opens_at", "closes_at", "policy", "revision", SALT, "key_id", "buckets", "proof_of_work"
)  # fmt: skip
"""The fields that voting needs: a replica has no texts."""


class VotingState:
    """One item per poll, and its replicas; only `track_poll` writes them.

    `replicas` is the number of replicas that a new poll gets, and of those that are read. A poll keeps its
    number, and an event is written to all of them, so a replica that exists is never out of date for longer
    than the event takes. If a poll has fewer, the copy itself is read.
    """

    def __init__(self, client: "DynamoDBClient", table: str, replicas: int = 0) -> None:
        self._client = client
        self._table = table
        self._replicas = replicas

    def find(self, poll_id: PollId) -> PollCopy | None:
        """Return the copy of a poll, including drafts, or None. Raises `Throttled` or `Unavailable`."""
        number = random.randrange(self._replicas + 1)  # noqa: S311 (spreads reads)
        item = self._get(_replica_key(poll_id, number)) if number else None
        if item is None:
            item = self._get(poll_id)
        return None if item is None else _copy_in(poll_id, item)

    def _get(self, key: str) -> Mapping[str, Any] | None:
        with map_aws_errors():
            answer = self._client.get_item(
                TableName=self._table, Key={"poll_id": {"S": key}}, ConsistentRead=True
            )
        return answer.get("Item")

    def get_public(self, poll_id: PollId) -> PollCopy:
        """Return the copy of a public poll.

        Raises `PollUnknown` for an unknown poll or a draft, `Throttled` or `Unavailable`.
        """
        poll = self.find(poll_id)
        if poll is None or poll.is_draft():
            raise PollUnknown
        return poll

    def apply(self, event: "PollEvent", key_id: str, buckets: int) -> bool:
        """Update the copy and its replicas to the event's state; return False if they are as new or newer.

        The first write sets salt, key id and the counts of buckets and replicas. They never change, because
        the same voter would get another voter key, and a replica that is written no more would be out of
        date. Archiving removes the salt in the same write and keeps the data for recounts; deleting also
        removes the texts. A field of the state that an event omits is removed from the copy.

        The copy is written first, so it is the only source of the salt. Until all replicas have followed, its
        log is not sealed, and a repeated event continues with them.

        Raises `Throttled`, `Unavailable` or `NotStorable`.
        """
        # Voting only reads, and its functions would import these for nothing (ADR 45).
        from contracts.events import PollArchived, PollChanged, PollDeleted  # noqa: PLC0415

        state = {name: value for name, value in event_attribute(event)["M"].items() if name not in _NOT_STATE}
        pinned: dict[str, AttributeValue] = {
            "key_id": {"S": key_id},
            "buckets": {"N": str(buckets)},
            "replicas": {"N": str(self._replicas)},
        }
        unset = PollChanged.model_fields.keys() - _NOT_STATE - state.keys()
        if isinstance(event, PollArchived | PollDeleted):
            unset |= {SALT}
        else:
            pinned[SALT] = {"B": secrets.token_bytes(SALT_BYTES)}
        setting = [f"#{name} = :{name}" for name in state]
        setting += [f"#{name} = if_not_exists(#{name}, :{name})" for name in pinned]
        removing = f" REMOVE {', '.join(f'#{name}' for name in unset)}" if unset else ""
        try:
            with map_aws_errors():
                answer = self._client.update_item(
                    TableName=self._table,
                    Key={"poll_id": {"S": event.poll_id}},
                    UpdateExpression=f"SET {', '.join(setting)}{removing}",
                    ConditionExpression="attribute_not_exists(#revision) OR #revision < :revision",
                    ExpressionAttributeNames={f"#{name}": name for name in (*state, *pinned, *unset)},
                    ExpressionAttributeValues={f":{name}": value for name, value in (state | pinned).items()},
                    ReturnValues="ALL_NEW",
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
            item: Mapping[str, Any] = answer["Attributes"]
        except self._client.exceptions.ConditionalCheckFailedException as failed:
            item = failed.response["Item"]  # type: ignore[typeddict-item]
            if int(item["revision"]["N"]) != event.revision or _is_replicated(item):
                return False
        if not _is_replicated(item):
            self._replicate(item)
        return True

    def _replicate(self, copy: Mapping[str, Any]) -> None:
        """Write all replicas of a copy, then note in the copy that they have its revision."""
        poll_id, revision = copy["poll_id"]["S"], copy["revision"]
        replica = {name: copy[name] for name in _REPLICATED if name in copy}
        for numbers in batched(range(1, int(copy["replicas"]["N"]) + 1), MAX_WRITES, strict=False):
            self._put_replicas([_replica_key(poll_id, number) for number in numbers], replica)
        try:
            with map_aws_errors():
                self._client.update_item(
                    TableName=self._table,
                    Key={"poll_id": copy["poll_id"]},
                    UpdateExpression="SET replicated = :revision",
                    ConditionExpression="revision = :revision",
                    ExpressionAttributeValues={":revision": revision},
                )
        except self._client.exceptions.ConditionalCheckFailedException:
            return  # a newer event notes it

    def _put_replicas(self, keys: list[str], replica: Mapping[str, Any]) -> None:
        """Write replicas in one transaction, unless they are as new or newer: all of them then are."""
        try:
            with map_aws_errors():
                self._client.transact_write_items(
                    TransactItems=[
                        {
                            "Put": {
                                "TableName": self._table,
                                "Item": {"poll_id": {"S": key}, **replica},
                                "ConditionExpression": _OLDER,
                                "ExpressionAttributeValues": {":revision": replica["revision"]},
                            }
                        }
                        for key in keys
                    ]
                )
        except TransactionCancelled as cancelled:
            if set(cancelled.reasons) - {"None", "ConditionalCheckFailed"}:
                raise Unavailable from cancelled


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


def _replica_key(poll_id: PollId, number: int) -> str:
    return f"{REPLICA}{poll_id}#{number}"


def _is_replicated(item: Mapping[str, Any]) -> bool:
    """Return whether all replicas have the copy's revision. A replica itself has none."""
    if "replicas" not in item or item["replicas"]["N"] == "0":
        return True
    return "replicated" in item and int(item["replicated"]["N"]) == int(item["revision"]["N"])


def _copy_in(poll_id: PollId, item: Mapping[str, Any]) -> PollCopy:
    return PollCopy(
        poll_id=poll_id,
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
        shuffle_options="shuffle_options" in item and item["shuffle_options"]["BOOL"],
        replicated=_is_replicated(item),
    )


def _moment(item: Mapping[str, Any], name: str) -> datetime | None:
    return datetime.fromisoformat(item[name]["S"]) if name in item else None
