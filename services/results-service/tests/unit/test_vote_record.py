from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from contracts.enums import Choice
from results_service.domain.vote_record import (
    UNREADABLE,
    PoisonRecord,
    Tampering,
    Vote,
    number_of,
    read_change,
)

Build = Callable[..., dict[str, Any]]
VOTED_AT = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)


def test_an_inserted_vote_is_read(vote: Build, poll_id: str) -> None:
    assert read_change(vote(poll_id, "b", 7)) == Vote(poll_id, f"{7:021d}", Choice.B, VOTED_AT)


@pytest.mark.parametrize("event_name", ["MODIFY", "REMOVE"])
def test_a_changed_or_removed_vote_is_tampering(vote: Build, poll_id: str, event_name: str) -> None:
    change = read_change(vote(poll_id, "a", 7, event_name))
    assert isinstance(change, Tampering)
    assert change.poll_id == poll_id


def test_a_record_without_a_vote_is_poison_of_the_poll_in_its_key(poison: Build, poll_id: str) -> None:
    change = read_change(poison(f"{poll_id}#3", 8))
    assert isinstance(change, PoisonRecord)
    assert (change.poll_id, change.number) == (poll_id, f"{8:021d}")
    assert "choice" in change.reason


@pytest.mark.parametrize(
    ("field", "value"), [("choice", {"S": "c"}), ("version", {"N": "99"}), ("type", {"S": "vote_withdrawn"})]
)
def test_vote_with_an_unknown_choice_version_or_type_is_invalid(
    vote: Build, poll_id: str, field: str, value: dict[str, str]
) -> None:
    """Counting it for either option, or leaving it out, would be a guess: it waits for a redrive."""
    record = vote(poll_id, "a", 9)
    record["dynamodb"]["NewImage"]["event"]["M"][field] = value
    change = read_change(record)
    assert isinstance(change, PoisonRecord)
    assert field in change.reason


@pytest.mark.parametrize("partition", ["", "#3", "elsewhere#3", "0" * 26, "0" * 27 + "#1", "0" * 26 + "#x"])
def test_a_key_that_names_no_poll_is_unreadable(poison: Build, partition: str) -> None:
    assert read_change(poison(partition, 8)).poll_id == UNREADABLE


def test_a_vote_for_another_poll_than_its_key_says_is_poison(vote: Build, poll_id: str) -> None:
    record = vote(poll_id, "a", 9)
    record["dynamodb"]["Keys"]["pk"]["S"] = f"{'0' * 26}#1"
    change = read_change(record)
    assert isinstance(change, PoisonRecord)
    assert change.poll_id == "0" * 26


@pytest.mark.parametrize(
    "raw",
    [
        {},
        {"eventName": "INSERT"},
        {"dynamodb": None},
        {"dynamodb": {"Keys": "none", "SequenceNumber": 5}},
        {"eventName": "INSERT", "dynamodb": {"SequenceNumber": "-1", "Keys": {"pk": {"N": "5"}}}},
        "text",
        None,
    ],
)
def test_malformed_stream_record_becomes_an_invalid_record(raw: Any) -> None:
    change = read_change(raw)
    assert isinstance(change, PoisonRecord)
    assert (change.poll_id, change.number) == (UNREADABLE, None)


def test_an_unknown_event_name_is_poison_and_keeps_its_number(vote: Build, poll_id: str) -> None:
    change = read_change(vote(poll_id, "a", 10, "UPSERT"))
    assert isinstance(change, PoisonRecord)
    assert (change.poll_id, change.number) == (poll_id, f"{10:021d}")


def test_a_number_is_text_of_one_to_forty_digits() -> None:
    assert number_of({"dynamodb": {"SequenceNumber": "9" * 40}}) == "9" * 40
    assert number_of({"dynamodb": {"SequenceNumber": "9" * 41}}) is None
