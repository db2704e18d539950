from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from contracts.ids import new_poll_id
from results_service.domain.batch import Batch
from results_service.domain.errors import MissingShardId

Build = Callable[..., dict[str, Any]]


def test_the_event_names_the_shard(delivery: Build, vote: Build, poll_id: str) -> None:
    batch = Batch.read(delivery("shardId-1", vote(poll_id, "a", 1)), single_shard="")
    assert (batch.shard_id, batch.partial, len(batch.changes)) == ("shardId-1", True, 1)


@pytest.mark.parametrize("event_shard", [None, "", 5])
def test_records_without_a_shard_are_refused(vote: Build, poll_id: str, event_shard: object) -> None:
    with pytest.raises(MissingShardId, match="TumblingWindowInSeconds"):
        Batch.read({"Records": [vote(poll_id, "a", 1)], "shardId": event_shard}, single_shard="")


def test_a_source_of_one_shard_is_named_by_the_setting_and_gets_no_partial_answer(
    vote: Build, poll_id: str
) -> None:
    batch = Batch.read({"Records": [vote(poll_id, "a", 1)]}, single_shard="only")
    assert (batch.shard_id, batch.partial) == ("only", False)


def test_a_shard_named_by_the_event_goes_before_the_setting(
    delivery: Build, vote: Build, poll_id: str
) -> None:
    batch = Batch.read(delivery("shardId-1", vote(poll_id, "a", 1)), single_shard="only")
    assert (batch.shard_id, batch.partial) == ("shardId-1", True)


@pytest.mark.parametrize("event", [{}, {"Records": []}, {"Records": None, "isFinalInvokeForWindow": True}])
def test_an_event_without_records_is_an_empty_batch(event: dict[str, Any]) -> None:
    assert Batch.read(event, single_shard="").changes == ()


def test_age_of_a_batch_is_that_of_its_oldest_vote(delivery: Build, vote: Build, poison: Build) -> None:
    poll_id, noon = new_poll_id(), datetime(2026, 11, 29, 12, tzinfo=UTC)
    votes = [vote(poll_id, "a", number, at=noon + timedelta(seconds=number)) for number in (7, 3, 9)]
    batch = Batch.read(delivery("shardId-1", poison(f"{poll_id}#1", 1), *votes), single_shard="")
    assert batch.oldest_vote_at == noon + timedelta(seconds=3)
    assert Batch("shardId-1", batch.changes[:1], partial=True).oldest_vote_at is None


def test_changes_are_grouped_by_poll_in_the_order_of_delivery(delivery: Build, vote: Build) -> None:
    one, other = new_poll_id(), new_poll_id()
    records = vote(one, "a", 1), vote(other, "b", 2), vote(one, "b", 3)
    batch = Batch.read(delivery("shardId-1", *records), single_shard="")
    groups = {poll: [change.number for change in changes] for poll, changes in batch.by_poll().items()}
    assert groups == {one: [f"{1:021d}", f"{3:021d}"], other: [f"{2:021d}"]}
