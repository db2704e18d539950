"""`validate_vote` alone: its output for the next states."""

import json
from typing import Any

import pytest
from contracts.events import VOTE_EVENTS
from contracts.stream import read_record


@pytest.fixture
def validate(stack: Any, lambda_context: Any) -> Any:
    return lambda given: stack.handler("validate_vote").handler(given, lambda_context)


def test_valid_decision_contains_the_item_as_the_stream_will_show_it(
    stack: Any, make_poll: Any, make_vote: Any, validate: Any
) -> None:
    poll = make_poll()
    stack.track(poll)
    vote = make_vote(poll, "b")
    decision = validate(vote)
    assert decision["outcome"] == "valid"
    assert decision["item"].keys() == {"pk", "sk", "event", "receipt", "voter_token"}
    change = {"SequenceNumber": "1", "Keys": {}, "NewImage": decision["item"]}
    event = read_record({"eventName": "INSERT", "dynamodb": change}).event(VOTE_EVENTS)
    assert (event.poll_id, event.choice) == (poll.poll_id, "b")
    assert json.loads(json.dumps(decision)) == decision


def test_validation_writes_nothing(stack: Any, make_poll: Any, make_vote: Any, validate: Any) -> None:
    poll = make_poll()
    stack.track(poll)
    validate(make_vote(poll))
    assert stack.votes() == []


def test_recorded_vote_is_found_without_the_poll(
    stack: Any, make_poll: Any, make_vote: Any, validate: Any
) -> None:
    poll = make_poll()
    stack.track(poll)
    vote = make_vote(poll)
    stack.run_workflow(vote)
    stack.dynamodb.delete_item(TableName=stack.refs["VotingStateTable"], Key={"poll_id": {"S": poll.poll_id}})
    decision = validate(vote)
    assert decision["outcome"] == "already_voted"
    assert decision["stored"]["receipt"] == vote["receipt"]
    assert "item" not in decision


@pytest.mark.parametrize("given", [None, "", 0, [], {}, {"poll_id": None}, [{"poll_id": "0" * 26}]])
def test_invalid_input_returns_a_decision_and_raises_nothing(validate: Any, given: Any) -> None:
    decision = validate(given)
    assert decision["outcome"] == decision["rejection"]["outcome"] == "invalid"
    assert decision["rejection"]["reason"]


def test_reason_repeats_no_value(validate: Any) -> None:
    assert "planted" not in json.dumps(validate({"poll_id": "planted", "receipt": "planted"}))


def test_unavailable_table_fails_the_state(stack: Any, make_poll: Any, make_vote: Any, validate: Any) -> None:
    stack.handler("validate_vote")
    stack.dynamodb.delete_table(TableName=stack.refs["VotesLogTable"])
    from vote_service.domain.errors import Unavailable  # noqa: PLC0415

    with pytest.raises(Unavailable):
        validate(make_vote(make_poll()))
