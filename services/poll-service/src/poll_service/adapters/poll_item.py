"""A poll as an item of the Polls table, and back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from contracts.enums import PollStatus, ResultVisibility, VoterPolicy
from contracts.events import PollEvent
from contracts.model import format_instant
from contracts.poll_snapshot import PollSettings
from contracts.stream import AttributeValue, event_attribute, from_map, to_map

from poll_service.domain.poll import Poll

type Item = Mapping[str, Any]

ENTITY: Final = "poll"
"""The hash key of the list's index: only polls have it, so only polls are listed."""

CHANGING: Final = frozenset(
    {
        "question", "option_a", "option_b", "image_a", "image_b", "policy", "result_visibility",
        "opens_at", "closes_at", "archived_at", "settings", "embed_origins",
        "status", "revision", "changed_at", "changed_by", "changed_revision", "changed_from", "event",
    }
)  # fmt: skip
"""The attributes that a transition may change; those that it does not write are removed."""


def to_item(poll: Poll, event: PollEvent) -> dict[str, AttributeValue]:
    """Return the whole item of a new poll."""
    return {
        "poll_id": {"S": poll.poll_id},
        "entity": {"S": ENTITY},
        "created_at": {"S": format_instant(poll.created_at)},
        "created_by": {"S": poll.created_by},
        **_texts(rerun_of=poll.rerun_of, created_from=poll.created_from),
        **changing_attributes(poll, event),
    }


def changing_attributes(poll: Poll, event: PollEvent) -> dict[str, AttributeValue]:
    """Return the attributes that a transition may change. Unset values are absent."""
    return {
        "status": {"S": poll.status},
        "revision": {"N": str(poll.revision)},
        "changed_revision": {"N": str(poll.changed_revision)},
        "settings": to_map(poll.settings),
        "embed_origins": {"L": [{"S": origin} for origin in poll.embed_origins]},
        "event": event_attribute(event),
        **_texts(
            question=poll.question,
            option_a=poll.option_a,
            option_b=poll.option_b,
            image_a=poll.image_a,
            image_b=poll.image_b,
            policy=poll.policy,
            result_visibility=poll.result_visibility,
            changed_by=poll.changed_by,
            changed_from=poll.changed_from,
        ),
        **_moments(
            opens_at=poll.opens_at,
            closes_at=poll.closes_at,
            archived_at=poll.archived_at,
            changed_at=poll.changed_at,
        ),
    }


def from_item(item: Item) -> Poll:
    """Return the poll that an item holds."""
    return Poll(
        poll_id=item["poll_id"]["S"],
        question=item["question"]["S"],
        option_a=item["option_a"]["S"],
        option_b=item["option_b"]["S"],
        image_a=_text(item, "image_a"),
        image_b=_text(item, "image_b"),
        policy=VoterPolicy(item["policy"]["S"]),
        result_visibility=ResultVisibility(item["result_visibility"]["S"]),
        created_at=datetime.fromisoformat(item["created_at"]["S"]),
        created_by=item["created_by"]["S"],
        changed_at=datetime.fromisoformat(item["changed_at"]["S"]),
        changed_by=item["changed_by"]["S"],
        changed_revision=int(item["changed_revision"]["N"]),
        opens_at=_moment(item, "opens_at"),
        closes_at=_moment(item, "closes_at"),
        archived_at=_moment(item, "archived_at"),
        status=PollStatus(item["status"]["S"]),
        settings=from_map(item["settings"], PollSettings),
        embed_origins=tuple(each["S"] for each in item["embed_origins"]["L"]),
        rerun_of=_text(item, "rerun_of"),
        created_from=_text(item, "created_from"),
        changed_from=_text(item, "changed_from"),
        revision=int(item["revision"]["N"]),
    )


def is_deleted(item: Item) -> bool:
    """Return whether the item is the tombstone of a deleted poll."""
    return "deleted_at" in item


def _texts(**texts: str | None) -> dict[str, AttributeValue]:
    return {name: {"S": text} for name, text in texts.items() if text is not None}


def _moments(**moments: datetime | None) -> dict[str, AttributeValue]:
    return {name: {"S": format_instant(moment)} for name, moment in moments.items() if moment is not None}


def _text(item: Item, name: str) -> str | None:
    return item[name]["S"] if name in item else None


def _moment(item: Item, name: str) -> datetime | None:
    return datetime.fromisoformat(item[name]["S"]) if name in item else None
