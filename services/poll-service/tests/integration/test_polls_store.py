"""Concurrent writes have one winner, and the stream shows exactly the changes that were written."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, cast

import boto3
import pytest
from botocore.stub import Stubber
from contracts.domain_error import DomainError
from contracts.enums import PollStatus
from contracts.events import (
    POLL_EVENTS,
    PollArchived,
    PollChanged,
    PollClosed,
    PollClosing,
    PollCreated,
    PollDeleted,
    PollOpened,
)
from contracts.polls import CreatePoll, EditPoll
from contracts.stream import event_attribute, read_record
from poll_service.adapters.close_scheduler import CloseScheduler
from poll_service.adapters.polls import PollsStore
from poll_service.domain import lifecycle
from poll_service.domain.change import Actor, Change, Transition
from poll_service.domain.clock import now
from poll_service.domain.errors import AnotherPollActive, RevisionConflict, Unavailable, WriteConflict
from poll_service.domain.poll import Poll
from poll_service.domain.schedule import Schedule, TimeSlot
from poll_service.use_cases.change_poll import change_poll

type Stream = Callable[[], list[dict[str, Any]]]
RACERS = 12
SECOND = timedelta(seconds=1)


class NoScheduler:
    """A scheduler that does nothing; the race is about the table."""

    def close_at(self, poll_id: str, due_at: datetime) -> None:
        """Do nothing."""


@pytest.fixture
def race(polls_in_turn: PollsStore) -> Callable[..., list[Poll | DomainError]]:
    """Return a function that runs all transitions at once, one per thread, and returns each result."""

    def run(poll_ids: list[str], step: Transition) -> list[Poll | DomainError]:
        start = threading.Barrier(len(poll_ids))

        def one(poll_id: str) -> Poll | DomainError:
            start.wait()
            try:
                actor = Actor(f"organiser-{threading.get_ident()}", now())
                return change_poll(polls_in_turn, cast("CloseScheduler", NoScheduler()), poll_id, step, actor)
            except DomainError as refused:
                return refused

        with ThreadPoolExecutor(len(poll_ids)) as threads:
            return list(threads.map(one, poll_ids))

    return run


@pytest.mark.covers("T36", "R12")
def test_concurrent_opens_activate_exactly_one_poll(
    race: Callable[..., list[Poll | DomainError]],
    polls: PollsStore,
    given_draft: Callable[..., Poll],
    stream: Stream,
) -> None:
    drafts = [given_draft() for _ in range(RACERS)]

    results = race(
        [draft.poll_id for draft in drafts], partial(lifecycle.open_poll, closes_at=None, now=now())
    )

    (winner,) = [result for result in results if isinstance(result, Poll)]
    losers = [result for result in results if isinstance(result, DomainError)]
    assert len(losers) == RACERS - 1
    assert all(type(loser) is AnotherPollActive and winner.poll_id in str(loser) for loser in losers)
    assert [poll for poll in polls.page(100, None)[0] if poll.status is PollStatus.OPEN] == [winner]
    assert polls.shown_at(now()) == winner
    assert [slot.poll_id for slot in polls.schedule().slots] == [winner.poll_id]
    assert [type(event) for event in events_on(stream)].count(PollOpened) == 1


def test_concurrent_opens_of_one_poll_open_it_once(
    race: Callable[..., list[Poll | DomainError]], given_draft: Callable[..., Poll], stream: Stream
) -> None:
    draft = given_draft()

    results = race([draft.poll_id] * RACERS, partial(lifecycle.open_poll, closes_at=None, now=now()))

    assert sorted(type(result).__name__ for result in results) == ["InvalidState"] * (RACERS - 1) + ["Poll"]
    assert [type(event) for event in events_on(stream)].count(PollOpened) == 1


@pytest.mark.covers("R7")
def test_concurrent_closes_of_one_poll_set_one_end(
    race: Callable[..., list[Poll | DomainError]], given_open: Callable[..., Poll], stream: Stream
) -> None:
    poll = given_open()

    results = race([poll.poll_id] * RACERS, partial(lifecycle.close_poll, now=now()))

    assert len(set(results)) == 1
    assert [type(event) for event in events_on(stream)].count(PollClosing) == 1


def test_concurrent_archivings_of_one_poll_keep_one_time(
    race: Callable[..., list[Poll | DomainError]], polls: PollsStore, given_open: Callable[..., Poll]
) -> None:
    poll = given_open(ends_in=-SECOND)
    polls.save(lifecycle.finish_poll(poll, now(), now()))

    results = race([poll.poll_id] * 3, lambda poll, _: lifecycle.archive_poll(poll, now=now()))

    assert {result.archived_at for result in results if isinstance(result, Poll)} == {
        polls.get(poll.poll_id).archived_at
    }
    assert len({result.revision for result in results if isinstance(result, Poll)}) == 3


def test_change_of_an_outdated_poll_is_not_written(
    polls: PollsStore, given_open: Callable[..., Poll]
) -> None:
    poll = given_open()
    schedule = polls.schedule()
    early = lifecycle.close_poll(poll, schedule, now())
    late = lifecycle.close_poll(poll, schedule, now() + SECOND)
    polls.save(early)

    with pytest.raises(RevisionConflict):
        polls.save(late)
    assert polls.get(poll.poll_id) == early.poll


def test_existing_poll_id_is_not_overwritten(polls: PollsStore, given_open: Callable[..., Poll]) -> None:
    poll = given_open()
    event = PollCreated.model_validate(
        {
            **lifecycle.close_poll(poll, polls.schedule(), now()).event.model_dump(),  # type: ignore[union-attr]
            "type": "poll_created",
        }
    )

    with pytest.raises(RevisionConflict):
        polls.save(Change(replace(poll, question="Another question?"), event))
    assert polls.get(poll.poll_id) == poll


def test_every_transition_is_published_on_the_stream_by_contract(polls: PollsStore, stream: Stream) -> None:
    start = now() - timedelta(hours=1)
    created = lifecycle.create_poll(
        CreatePoll.model_validate(
            {"question": "Tea or coffee?", "options": {"a": {"label": "Tea"}, "b": {"label": "Coffee"}}}
        ),
        "0" * 26,
        "organiser-1",
        start,
    )
    edit = EditPoll(show_turnout=True)
    edited = lifecycle.edit_poll(created.poll, Schedule(), edit, start)
    opened = lifecycle.open_poll(edited.poll, Schedule(), None, start)
    closing = lifecycle.close_poll(opened.poll, opened.schedule or Schedule(), start + SECOND)
    closed = lifecycle.finish_poll(closing.poll, start + 4 * SECOND, start + 5 * SECOND)
    archived = lifecycle.archive_poll(closed.poll, start + 6 * SECOND)
    deleted = lifecycle.delete_poll(archived.poll, start + 7 * SECOND)
    steps = [created, edited, opened, closing, closed, archived, deleted]

    for step in steps:
        polls.save(step)

    records = [record for record in stream() if "event" in record["dynamodb"]["NewImage"]]
    assert events_on(stream) == [step.event for step in steps]
    for record, step in zip(records, steps, strict=True):
        assert step.event is not None
        assert record["dynamodb"]["NewImage"]["event"] == event_attribute(step.event)
    assert [type(step.event) for step in steps] == [
        PollCreated,
        PollChanged,
        PollOpened,
        PollClosing,
        PollClosed,
        PollArchived,
        PollDeleted,
    ]
    assert [record["eventName"] for record in records] == ["INSERT", *["MODIFY"] * 6]
    assert [step.poll.revision for step in steps] == [1, 2, 3, 4, 5, 6, 7]


def test_schedule_is_on_the_stream_without_an_event(given_open: Callable[..., Poll], stream: Stream) -> None:
    given_open()

    schedules = [r for r in stream() if r["dynamodb"]["Keys"]["poll_id"]["S"] == "#schedule"]
    assert schedules
    assert not any("event" in schedule["dynamodb"]["NewImage"] for schedule in schedules)


def test_schedule_is_read_back_as_written(polls: PollsStore, given_open: Callable[..., Poll]) -> None:
    assert polls.schedule() == Schedule()
    poll = given_open(ends_in=3600 * SECOND)
    assert poll.opens_at is not None
    running = TimeSlot(poll.poll_id, poll.opens_at, poll.closes_at)
    assert polls.schedule() == Schedule(revision=1, slots=(running,))

    closing = lifecycle.close_poll(poll, polls.schedule(), now())
    polls.save(closing)

    ending = replace(running, closes_at=closing.poll.closes_at)
    assert polls.schedule() == closing.schedule == Schedule(revision=2, slots=(ending,))


def test_change_by_an_outdated_schedule_is_not_written(
    polls: PollsStore, given_draft: Callable[..., Poll]
) -> None:
    one, other = given_draft(), given_draft()
    schedule = polls.schedule()
    polls.save(lifecycle.open_poll(one, schedule, None, now()))

    with pytest.raises(WriteConflict):
        polls.save(lifecycle.open_poll(other, schedule, None, now()))
    assert polls.get(other.poll_id) == other
    assert [slot.poll_id for slot in polls.schedule().slots] == [one.poll_id]


@pytest.mark.parametrize(
    ("codes", "refusal"),
    [
        (["None", "TransactionConflict"], RevisionConflict),
        (["TransactionConflict", "None"], RevisionConflict),
        (["ConditionalCheckFailed", "ConditionalCheckFailed"], RevisionConflict),
        (["ThrottlingError", "None"], Unavailable),
        (["None", "ProvisionedThroughputExceeded"], Unavailable),
    ],
    ids=str,
)
def test_cancelled_transaction_maps_to_a_domain_error(
    given_draft: Callable[..., Poll], codes: list[str], refusal: type[DomainError]
) -> None:
    client = boto3.client("dynamodb")
    with Stubber(client) as dynamodb:
        reasons = [{"Code": code} for code in codes]
        dynamodb.add_client_error(
            "transact_write_items",
            "TransactionCanceledException",
            modeled_fields={"CancellationReasons": reasons},
        )

        opened = lifecycle.open_poll(given_draft(), Schedule(), None, now())
        with pytest.raises(refusal):
            PollsStore(client, "tot-test-polls").save(opened)


@pytest.mark.parametrize(
    ("code", "status"),
    [("ThrottlingException", 400), ("InternalServerError", 500), ("TransactionInProgressException", 400)],
)
def test_temporary_failure_of_the_table_is_unavailable(code: str, status: int) -> None:
    client = boto3.client("dynamodb")
    with Stubber(client) as dynamodb:
        dynamodb.add_client_error("get_item", code, http_status_code=status)

        with pytest.raises(Unavailable):
            PollsStore(client, "tot-test-polls").get("0" * 26)


def events_on(stream: Stream) -> list[object]:
    return [
        read_record(record).event(POLL_EVENTS)
        for record in stream()
        if record["dynamodb"]["Keys"]["poll_id"]["S"] != "#schedule"
    ]
