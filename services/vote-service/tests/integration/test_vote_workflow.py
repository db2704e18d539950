"""The vote workflow: the real ASL, every outcome, and concurrent votes."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from contracts.api import CastVote
from contracts.enums import Choice, PollStatus, VoterPolicy
from contracts.ids import new_trace_id
from moto.dynamodb.exceptions import DynamodbException
from moto.dynamodb.models import DynamoDBBackend
from vote_service.domain.identity import RequestIdentity

RACERS = 50


@pytest.fixture
def poll(stack: Any, make_poll: Any) -> Any:
    poll = make_poll()
    stack.track(poll)
    return poll


@pytest.fixture
def vote_of(make_vote: Any) -> Any:
    return make_vote


def end_of(stack: Any, workflow_input: Any) -> dict[str, Any]:
    execution = stack.run_workflow(workflow_input)
    assert execution["status"] == "SUCCEEDED", execution
    return dict(json.loads(execution["output"]))


def test_a_new_vote_is_recorded(
    stack: Any,
    poll: Any,
    vote_of: Any,
) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    end = end_of(stack, vote_of(poll))
    [item] = stack.votes()
    assert end == {
        "outcome": "recorded",
        "choice": "a",
        "receipt": "ABCD-EFGH-JKMN-PQRS",
        "recorded_at": item["event"]["M"]["recorded_at"]["S"],
    }
    assert before <= datetime.fromisoformat(end["recorded_at"]) <= datetime.now(UTC)
    assert item["pk"]["S"] == f"{poll.poll_id}#{vote_of(poll)['bucket']}"
    assert item["sk"]["S"] == "v" * 43


def test_repeated_vote_is_already_recorded_with_the_first_receipt(
    stack: Any,
    poll: Any,
    vote_of: Any,
) -> None:
    first = end_of(stack, vote_of(poll))
    again = end_of(stack, vote_of(poll, receipt="ZZZZ-ZZZZ-ZZZZ-ZZZZ"))
    assert again == first | {"outcome": "already_recorded"}
    assert len(stack.votes()) == 1


@pytest.mark.covers("R8")
def test_another_choice_is_a_duplicate_and_reveals_nothing_of_the_first(
    stack: Any,
    poll: Any,
    vote_of: Any,
) -> None:
    end_of(stack, vote_of(poll, "a"))
    end = end_of(stack, vote_of(poll, "b"))
    assert end == {"outcome": "duplicate", "reason": "This voter has voted otherwise in this poll"}


@pytest.mark.parametrize(
    ("changed", "outcome"),
    [
        ({"status": PollStatus.DRAFT, "opens": None}, "unknown_poll"),
        ({"opens": 60}, "not_open_yet"),
        ({"closes": -0.001}, "closed"),
        ({"status": PollStatus.CLOSED, "closes": -60}, "closed"),
        ({"opens": 60, "closes": -60}, "closed"),
        ({"policy": VoterPolicy.CODE}, "policy_not_met"),
        ({"policy": VoterPolicy.NETWORK}, "policy_not_met"),
    ],
)
def test_rejected_vote_has_a_reason(
    stack: Any,
    make_poll: Any,
    changed: dict[str, Any],
    outcome: str,
    vote_of: Any,
) -> None:
    poll = make_poll(**changed)
    stack.track(poll)
    end = end_of(stack, vote_of(poll))
    assert end["outcome"] == outcome
    assert end["reason"]
    assert stack.votes() == []


def test_vote_in_an_unknown_poll_is_rejected(
    stack: Any,
    make_poll: Any,
    vote_of: Any,
) -> None:
    assert end_of(stack, vote_of(make_poll()))["outcome"] == "unknown_poll"


@pytest.mark.parametrize(
    ("workflow_input", "reason"),
    [
        ([], "input: "),
        ("text", "input: "),
        (7, "input: "),
        ({}, "poll_id: Field required; choice: Field required; voter_key: Field required; "),
        ({"poll_id": "0" * 26}, "choice: Field required; "),
        ({"outcome": "valid", "item": {"pk": {"S": "x"}, "sk": {"S": "y"}}}, "poll_id: Field required; "),
    ],
)
def test_invalid_input_is_rejected_with_the_reason(stack: Any, workflow_input: Any, reason: str) -> None:
    end = end_of(stack, workflow_input)
    assert end["outcome"] == "invalid"
    assert end["reason"].startswith(reason)
    assert stack.votes() == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("poll_id", "nonsense"),
        ("choice", "c"),
        ("voter_key", "short"),
        ("bucket", "many"),
        ("bucket", -1),
        ("bucket", 16),
        ("receipt", "abcd"),
        ("extra", 1),
    ],
)
def test_invalid_field_is_named(
    stack: Any,
    poll: Any,
    field: str,
    value: Any,
    vote_of: Any,
) -> None:
    end = end_of(stack, vote_of(poll, **{field: value}))
    assert end["outcome"] == "invalid"
    assert f"{field}: " in end["reason"]
    assert stack.votes() == []


def test_vote_with_a_wrong_bucket_is_invalid(
    stack: Any,
    poll: Any,
    vote_of: Any,
) -> None:
    end_of(stack, vote_of(poll))
    elsewhere = (vote_of(poll)["bucket"] + 1) % 16
    end = end_of(stack, vote_of(poll, "b", bucket=elsewhere))
    assert end == {"outcome": "invalid", "reason": "bucket: is not the one of this voter_key"}
    assert len(stack.votes()) == 1


@pytest.mark.covers("T1", "R1")
@pytest.mark.parametrize("choices", ["a", "ab"])
def test_fifty_concurrent_votes_with_one_voter_token_record_exactly_one(
    stack: Any, voter: Any, poll: Any, choices: str
) -> None:
    from vote_service.domain.errors import AlreadyVoted  # noqa: PLC0415

    # All are validated before any is written, so only the write condition decides.
    stack.after_validation = threading.Barrier(RACERS, timeout=120).wait
    vote_caster = stack.handler("vote_wrapper").vote_caster
    voter_token = voter.cookies["__Host-voter"]

    def race(number: int) -> Any:
        vote = CastVote(poll_id=poll.poll_id, choice=Choice(choices[number % len(choices)]))
        try:
            return vote_caster.cast(
                vote, RequestIdentity(voter_token, None), new_trace_id(), datetime.now(UTC)
            )
        except AlreadyVoted as refused:
            return refused

    with ThreadPoolExecutor(RACERS) as pool:
        answers = list(pool.map(race, range(RACERS)))
    stood = [answer for answer in answers if isinstance(answer, tuple)]
    [item] = stack.votes()
    assert sorted(status for _, status in stood) == [200] * (RACERS // len(choices) - 1) + [201]
    assert len(answers) - len(stood) == (0 if choices == "a" else RACERS // 2)
    assert {vote.receipt for vote, _ in stood} == {item["receipt"]["S"]}
    assert {vote.choice.value for vote, _ in stood} == {item["event"]["M"]["choice"]["S"]}


@pytest.mark.covers("T2", "R2")
@pytest.mark.parametrize(
    ("is_written", "error", "outcome"),
    [
        (False, "ProvisionedThroughputExceededException", "recorded"),
        (True, "InternalServerError", "already_recorded"),
    ],
    ids=["throttled", "response lost"],
)
def test_failed_write_is_retried_and_recorded_once(
    stack: Any,
    poll: Any,
    monkeypatch: pytest.MonkeyPatch,
    vote_of: Any,
    is_written: bool,
    error: str,
    outcome: str,
) -> None:
    put_item = DynamoDBBackend.put_item
    attempts = []

    def failing_at_first(*args: Any, **kwargs: Any) -> Any:
        attempts.append(1)
        written = put_item(*args, **kwargs) if is_written or len(attempts) > 1 else None
        if len(attempts) == 1:
            raise DynamodbException(f"x#{error}", "try again")
        return written

    monkeypatch.setattr(DynamoDBBackend, "put_item", failing_at_first)
    end = end_of(stack, vote_of(poll))
    assert (end["outcome"], end["receipt"]) == (outcome, "ABCD-EFGH-JKMN-PQRS")
    assert len(attempts) == 2
    assert len(stack.votes()) == 1


def test_unreadable_copy_of_the_poll_fails_the_workflow_without_a_write(
    stack: Any,
    poll: Any,
    vote_of: Any,
) -> None:
    stack.dynamodb.delete_table(TableName=stack.refs["VotingStateTable"])
    execution = stack.run_workflow(vote_of(poll))
    assert execution["status"] == "FAILED"
    assert stack.votes() == []
