"""Idempotent creation: a repeated form is the same poll, for this organiser only."""

from contracts.ids import PollId, new_poll_id
from contracts.polls import CreatePoll
from poll_service.domain.idempotent_creation import ID_LENGTH, digest_of, poll_id_of
from pydantic import TypeAdapter


def wanted(question: str = "Tea or coffee?") -> CreatePoll:
    return CreatePoll.model_validate(
        {"question": question, "options": {"a": {"label": "Tea"}, "b": {"label": "Coffee"}}}
    )


def test_the_same_key_of_the_same_organiser_is_the_same_poll() -> None:
    assert poll_id_of("ada", "key-1") == poll_id_of("ada", "key-1")
    assert len({poll_id_of("ada", "key-1"), poll_id_of("ada", "key-2"), poll_id_of("ben", "key-1")}) == 3


def test_id_from_a_key_is_a_valid_poll_id() -> None:
    made = poll_id_of("ada", "key-1")
    assert TypeAdapter(PollId).validate_python(made) == made
    assert len(made) == len(new_poll_id()) == ID_LENGTH


def test_each_submission_without_a_key_is_a_new_poll() -> None:
    assert poll_id_of("ada", None) != poll_id_of("ada", None)


def test_digest_differs_for_different_requests() -> None:
    assert digest_of(wanted()) == digest_of(wanted())
    assert digest_of(wanted()) != digest_of(wanted("Tea or cocoa?"))
