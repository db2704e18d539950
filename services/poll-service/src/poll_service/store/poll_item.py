"""A poll as an item of the Polls table, and back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from contracts.events import PollEvent
from contracts.ids import PollStatus, ResultVisibility, VoterPolicy
from contracts.model import format_instant
from contracts.stream import AttributeValue, event_attribute

from poll_service.domain.poll import Poll

type Item = Mapping[str, Any]

ENTITY: Final = "poll"
"""The hash key of the list's index: only polls carry it, so only polls are listed."""


def to_item(poll: Poll, event: PollEvent) -> dict[str, AttributeValue]:
    """Return the whole item of a new poll."""
    return {
        "poll_id": {"S": poll.poll_id},
        "entity": {"S": ENTITY},
        "question": {"S": poll.question},
        "option_a": {"S": poll.option_a},
        "option_b": {"S": poll.option_b},
        "policy": {"S": poll.policy},
        "result_visibility": {"S": poll.result_visibility},
        "created_at": {"S": format_instant(poll.created_at)},
        "created_by": {"S": poll.created_by},
        "proof_of_work": {"BOOL": poll.proof_of_work},
        "show_turnout": {"BOOL": poll.show_turnout},
        "embed_origins": {"L": [{"S": origin} for origin in poll.embed_origins]},
        **_texts({"image_a": poll.image_a, "image_b": poll.image_b, "rerun_of": poll.rerun_of}),
        **changing_attributes(poll, event),
    }


def changing_attributes(poll: Poll, event: PollEvent) -> dict[str, AttributeValue]:
    """Return what a step may change. Times not set are absent; once set, a time is never taken away."""
    times = {"opens_at": poll.opens_at, "closes_at": poll.closes_at, "archived_at": poll.archived_at}
    return {
        "status": {"S": poll.status},
        "revision": {"N": str(poll.revision)},
        "event": event_attribute(event),
        **{name: {"S": format_instant(moment)} for name, moment in times.items() if moment is not None},
    }


def from_item(item: Item) -> Poll:
    """Return the poll that an item holds."""
    return Poll(
        poll_id=item["poll_id"]["S"],
        question=item["question"]["S"],
        option_a=item["option_a"]["S"],
        option_b=item["option_b"]["S"],
        policy=VoterPolicy(item["policy"]["S"]),
        result_visibility=ResultVisibility(item["result_visibility"]["S"]),
        created_at=datetime.fromisoformat(item["created_at"]["S"]),
        created_by=item["created_by"]["S"],
        opens_at=_moment(item, "opens_at"),
        closes_at=_moment(item, "closes_at"),
        archived_at=_moment(item, "archived_at"),
        status=PollStatus(item["status"]["S"]),
        proof_of_work=item.get("proof_of_work", {}).get("BOOL", False),
        show_turnout=item.get("show_turnout", {}).get("BOOL", False),
        embed_origins=tuple(each["S"] for each in item.get("embed_origins", {}).get("L", ())),
        image_a=_text(item, "image_a"),
        image_b=_text(item, "image_b"),
        rerun_of=_text(item, "rerun_of"),
        revision=int(item["revision"]["N"]),
    )


def _texts(texts: Mapping[str, str | None]) -> dict[str, AttributeValue]:
    return {name: {"S": text} for name, text in texts.items() if text is not None}


def _text(item: Item, name: str) -> str | None:
    return item[name]["S"] if name in item else None


def _moment(item: Item, name: str) -> datetime | None:
    return datetime.fromisoformat(item[name]["S"]) if name in item else None
