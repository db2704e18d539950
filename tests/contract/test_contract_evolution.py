"""A contract's next version: producers and consumers of both versions run side by side.

`poll_opened` gets an optional field by the recipe in libs/contracts/README.md. poll-service is the producer,
vote-service the consumer.
"""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Final, Literal

import pytest
from contracts.events import PollClosed, PollClosing, PollCreated, PollEvent, PollOpened
from poll_service.domain import lifecycle
from poll_service.domain.poll import Poll
from poll_service.domain.poll_event import Kind, event_of
from pydantic import Field, TypeAdapter, create_model
from testkit.world import World
from vote_service.use_cases import track_poll

from .journey import Journey

VERSION: Final = PollOpened.model_fields["version"].default
NEXT: Final = VERSION + 1
NextPollOpened: Final[Any] = create_model(
    "NextPollOpened", __base__=PollOpened, version=(Literal[VERSION, NEXT], NEXT), category=(str | None, None)
)
NEW_READER: Final[TypeAdapter[Any]] = TypeAdapter(
    Annotated[PollCreated | NextPollOpened | PollClosing | PollClosed, Field(discriminator="type")]
)


def next_event_of(kind: Kind, poll: Poll, now: datetime) -> PollEvent:
    """Return the event as the next version of the producer writes it."""
    event = event_of(kind, poll, now)
    if not isinstance(event, PollOpened):
        return event
    opened: PollOpened = NextPollOpened(**dict(event) | {"version": NEXT, "category": "drinks"})
    return opened


@pytest.fixture
def new_producer(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    return lambda: monkeypatch.setattr(lifecycle, "event_of", next_event_of)


@pytest.fixture
def new_consumer(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    return lambda: monkeypatch.setattr(track_poll, "POLL_EVENTS", NEW_READER)


def copy_of(world: World, poll_id: str) -> Any:
    table = world.table("VotingStateTable")
    return world.client("dynamodb").get_item(TableName=table, Key={"poll_id": {"S": poll_id}})["Item"]


def dead_letters(world: World) -> list[Any]:
    queue = world.environment("track_poll")["DEAD_LETTER_QUEUE_URL"]
    found = world.client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10)
    return [json.loads(message["Body"]) for message in found.get("Messages", [])]


def opened(journey: Journey, *, ago: int = 10) -> str:
    poll_id = journey.create()
    journey.open(poll_id, ago=ago)
    journey.world.pump("track_poll")
    return poll_id


def test_consumer_of_both_versions_reads_both_producers(
    world: World, journey: Journey, new_consumer: Callable[[], None], new_producer: Callable[[], None]
) -> None:
    new_consumer()
    of_old = opened(journey, ago=300)
    assert copy_of(world, of_old)["status"] == {"S": "open"}
    assert "category" not in copy_of(world, of_old)
    journey.close(of_old, ago=200)
    new_producer()
    of_new = opened(journey)
    assert copy_of(world, of_old)["status"] == {"S": "closed"}
    assert copy_of(world, of_new)["status"] == {"S": "open"}
    assert copy_of(world, of_new)["category"] == {"S": "drinks"}
    assert dead_letters(world) == []


def test_old_consumer_sends_the_new_version_to_the_dead_letter_queue_and_reads_it_after_its_update(
    world: World, journey: Journey, new_consumer: Callable[[], None], new_producer: Callable[[], None]
) -> None:
    new_producer()
    poll_id = opened(journey)
    assert copy_of(world, poll_id)["status"] == {"S": "draft"}, "the poll takes no votes"
    [letter] = dead_letters(world)
    assert "version" in letter["reason"]
    new_consumer()
    world.invoke("track_poll", {"Records": [letter["record"]]})
    assert copy_of(world, poll_id)["status"] == {"S": "open"}


def test_new_consumer_sends_an_unknown_version_to_the_dead_letter_queue(
    world: World, journey: Journey, new_consumer: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    unknown = create_model("Unknown", __base__=PollOpened, version=(Literal[NEXT + 1], NEXT + 1))
    new_consumer()
    monkeypatch.setattr(lifecycle, "PollOpened", unknown)
    poll_id = opened(journey)
    assert copy_of(world, poll_id)["status"] == {"S": "draft"}
    assert "version" in dead_letters(world)[0]["reason"]
