"""`POST /admin/api/polls/{poll_id}/codes`: every response, and that no code is stored."""

from typing import Any

import pytest
from contracts.codes import CodesMinted
from contracts.enums import PollStatus, VoterPolicy
from contracts.events import PollDeleted
from contracts.problem import Problem


@pytest.fixture
def poll_id(stack: Any, make_poll: Any) -> str:
    poll = make_poll(policy=VoterPolicy.CODE)
    stack.track(poll)
    return str(poll.poll_id)


def assert_problem(answer: dict[str, Any], status: int, slug: str) -> Problem:
    problem = Problem.model_validate(answer["json"])
    assert (answer["statusCode"], problem.status, problem.type) == (status, status, f"/problems/{slug}")
    return problem


def everything_stored(stack: Any) -> str:
    tables = (stack.refs["VotesLogTable"], stack.refs["VotingStateTable"])
    return str([stack.dynamodb.scan(TableName=table)["Items"] for table in tables])


@pytest.mark.covers("T26")
def test_codes_are_returned_once_and_stored_nowhere(
    stack: Any, organiser: Any, poll_id: str, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = organiser.mint(poll_id, {"count": 40})
    minted = CodesMinted.model_validate(answer["json"])
    assert answer["statusCode"] == 201
    assert answer["headers"]["Cache-Control"] == "private, no-store"
    assert (minted.poll_id, len(set(minted.codes)), minted.minted) == (poll_id, 40, 40)
    written = everything_stored(stack) + capsys.readouterr().out
    for code in minted.codes:
        assert code not in written
        assert code.replace("-", "").lower() not in written.lower()


def test_the_number_of_codes_of_a_poll_is_counted(stack: Any, organiser: Any, poll_id: str) -> None:
    assert [organiser.mint(poll_id, {"count": count})["json"]["minted"] for count in (3, 5)] == [3, 8]
    counter = stack.poll_copy(f"#codes#{poll_id}")
    assert counter == {"poll_id": {"S": f"#codes#{poll_id}"}, "minted": {"N": "8"}}


def test_minting_changes_nothing_in_the_copy_of_the_poll(stack: Any, organiser: Any, poll_id: str) -> None:
    before = stack.poll_copy(poll_id)
    organiser.codes(poll_id, 3)
    assert stack.poll_copy(poll_id) == before


@pytest.mark.parametrize("policy", [VoterPolicy.DEVICE, VoterPolicy.NETWORK])
def test_a_poll_of_another_policy_has_no_codes(
    stack: Any, organiser: Any, make_poll: Any, policy: VoterPolicy
) -> None:
    poll = make_poll(policy=policy)
    stack.track(poll)
    problem = assert_problem(organiser.mint(poll.poll_id, {"count": 1}), 409, "invalid-state")
    assert policy in (problem.detail or "")
    assert stack.poll_copy(f"#codes#{poll.poll_id}") is None


@pytest.mark.parametrize(
    "state", [{"status": PollStatus.CLOSED, "closes": -60}, {"closes": -0.001}], ids=["event", "clock"]
)
def test_a_closed_poll_gets_no_more_codes(
    stack: Any, organiser: Any, make_poll: Any, state: dict[str, Any]
) -> None:
    poll = make_poll(policy=VoterPolicy.CODE, **state)
    stack.track(poll)
    assert_problem(organiser.mint(poll.poll_id, {"count": 1}), 409, "invalid-state")


def test_a_deleted_draft_has_no_codes_and_is_unknown(stack: Any, organiser: Any, make_poll: Any) -> None:
    draft = make_poll(PollStatus.DRAFT, opens=None, revision=1, policy=VoterPolicy.CODE)
    texts = {"type", "version", "question", "option_a", "option_b"}
    deleted = draft.model_dump(exclude=texts) | {"revision": 2}
    stack.track(draft, PollDeleted.model_validate(deleted))
    assert_problem(organiser.mint(draft.poll_id, {"count": 1}), 404, "unknown-poll")


def test_codes_can_be_printed_while_the_poll_is_a_draft(
    stack: Any, organiser: Any, voter: Any, make_poll: Any
) -> None:
    draft = make_poll(PollStatus.DRAFT, opens=None, revision=1, policy=VoterPolicy.CODE)
    stack.track(draft)
    [code] = organiser.codes(draft.poll_id)
    stack.track(make_poll(poll_id=draft.poll_id, policy=VoterPolicy.CODE))
    assert voter.vote(draft.poll_id, code=code)["statusCode"] == 201


@pytest.mark.parametrize("poll_id_text", ["0" * 26, "nonsense"])
def test_an_unknown_poll_has_no_codes(stack: Any, organiser: Any, poll_id_text: str) -> None:
    assert_problem(organiser.mint(poll_id_text, {"count": 1}), 404, "unknown-poll")
    assert "#codes" not in everything_stored(stack)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "count"),
        ({"count": 0}, "count"),
        ({"count": 5001}, "count"),
        ({"count": "10"}, "count"),
        ({"count": 1.5}, "count"),
        ({"count": 1, "poll_id": "x"}, "poll_id"),
        ("{", "body"),
    ],
)
def test_invalid_body_names_its_field(
    stack: Any, organiser: Any, poll_id: str, body: Any, field: str
) -> None:
    problem = assert_problem(organiser.mint(poll_id, body), 422, "validation-failed")
    assert [error.field for error in problem.errors or ()] == [field]
    assert stack.poll_copy(f"#codes#{poll_id}") is None


def test_poll_has_at_most_the_maximum_number_of_codes(stack: Any, organiser: Any, poll_id: str) -> None:
    stack.dynamodb.put_item(
        TableName=stack.refs["VotingStateTable"],
        Item={"poll_id": {"S": f"#codes#{poll_id}"}, "minted": {"N": "99998"}},
    )
    problem = assert_problem(organiser.mint(poll_id, {"count": 3}), 422, "validation-failed")
    [error] = problem.errors or ()
    assert error.field == "count"
    assert "this one can have 2 more" in error.message
    assert organiser.mint(poll_id, {"count": 2})["json"]["minted"] == 100_000


def test_request_without_a_token_gets_no_code(stack: Any, organiser: Any, poll_id: str) -> None:
    assert_problem(organiser.mint(poll_id, {"count": 1}, sub=None), 403, "not-allowed")
    assert stack.poll_copy(f"#codes#{poll_id}") is None


def test_request_around_the_edge_gets_no_code(organiser: Any, poll_id: str) -> None:
    organiser.headers["x-origin-verify"] = "guessed"
    assert_problem(organiser.mint(poll_id, {"count": 1}), 403, "origin-not-verified")


def test_a_poll_pinned_to_a_key_that_was_removed_mints_nothing(
    stack: Any, organiser: Any, poll_id: str
) -> None:
    stack.set_secret("VoterKeysSecret", {"current": "k2", "k2": "c" * 64})
    assert_problem(organiser.mint(poll_id, {"count": 1}), 503, "unavailable")
    assert stack.poll_copy(f"#codes#{poll_id}") is None


def test_unavailable_table_returns_unavailable(stack: Any, organiser: Any, poll_id: str) -> None:
    stack.dynamodb.delete_table(TableName=stack.refs["VotingStateTable"])
    assert_problem(organiser.mint(poll_id, {"count": 1}), 503, "unavailable")


def test_maximum_number_of_codes_fits_one_response(organiser: Any, poll_id: str) -> None:
    answer = organiser.mint(poll_id, {"count": 5000})
    assert len(set(answer["json"]["codes"])) == 5000
    assert len(answer["body"]) < 200_000


@pytest.mark.covers("R27")
def test_minting_is_in_the_audit_log_before_the_codes_are_returned(
    stack: Any, organiser: Any, poll_id: str
) -> None:
    codes = organiser.codes(poll_id, 3)
    [entry] = stack.dynamodb.scan(TableName=stack.refs["AuditLogTable"])["Items"]
    fields = ("name", "subject", "action", "poll_id", "about")
    assert [entry[name]["S"] for name in fields] == ["ada", "organiser-1", "codes.minted", poll_id, "3 codes"]
    assert not [code for code in codes if code in str(entry)]

    assert_problem(organiser.mint(poll_id, {"count": 0}), 422, "validation-failed")
    assert stack.dynamodb.scan(TableName=stack.refs["AuditLogTable"])["Count"] == 1
    stack.dynamodb.delete_table(TableName=stack.refs["AuditLogTable"])
    assert_problem(organiser.mint(poll_id, {"count": 3}), 503, "unavailable")
