"""`POST /vote`: every response, through the handler and the real workflow."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError
from contracts.api import VoteRecorded
from contracts.enums import PollStatus
from contracts.key_ring import KeyRing
from contracts.problem import MEDIA_TYPE, Problem
from contracts.results_pass import poll_of_results_pass
from vote_service.adapters.voting_state import KNOWN_FOR

MAX_BODY_BYTES = 4096


@pytest.fixture
def poll_id(stack: Any, make_poll: Any) -> str:
    poll = make_poll()
    stack.track(poll)
    return str(poll.poll_id)


def assert_problem(answer: dict[str, Any], status: int, slug: str) -> Problem:
    problem = Problem.model_validate(answer["json"])
    assert (answer["statusCode"], problem.status, problem.type) == (status, status, f"/problems/{slug}")
    assert answer["headers"]["Content-Type"] == MEDIA_TYPE
    assert answer["headers"]["Cache-Control"] == "private, no-store"
    assert answer["headers"]["Vary"] == "Origin"
    assert "Access-Control-Allow-Origin" not in answer["headers"]
    return problem


def answer_start_with(stack: Any, parsed: dict[str, Any] | Exception, status: int = 200) -> None:
    """Return this response from `StartSyncExecution` without running the workflow."""

    def answer(**_: Any) -> tuple[AWSResponse, dict[str, Any]]:
        if isinstance(parsed, Exception):
            raise parsed
        return AWSResponse("", status, HTTPHeaders(), None), parsed

    client = stack.handler("vote_wrapper").vote_caster.workflow._client
    stack.hook(client, "before-call.sfn.StartSyncExecution", answer)


def test_a_vote_is_recorded_with_a_receipt_and_a_results_pass(stack: Any, voter: Any, poll_id: str) -> None:
    answer = voter.vote(poll_id, "b")
    recorded = VoteRecorded.model_validate(answer["json"])
    assert answer["statusCode"] == 201
    assert (recorded.poll_id, recorded.choice) == (poll_id, "b")
    keys = KeyRing.read({"current": "k1", "k1": "b" * 64})
    assert poll_of_results_pass(keys, recorded.results_pass, datetime.now(UTC)) == poll_id
    [item] = stack.votes()
    assert item["event"]["M"]["choice"] == {"S": "b"}
    assert item["receipt"] == {"S": recorded.receipt}
    assert item["event"]["M"].keys() == {"type", "version", "poll_id", "choice", "recorded_at", "trace_id"}


@pytest.mark.covers("T27")
def test_repeated_vote_returns_the_same_receipt(stack: Any, voter: Any, poll_id: str) -> None:
    first, second = voter.vote(poll_id), voter.vote(poll_id)
    assert (first["statusCode"], second["statusCode"]) == (201, 200)
    same = ("poll_id", "choice", "receipt", "recorded_at")
    assert [first["json"][name] for name in same] == [second["json"][name] for name in same]
    assert len(stack.votes()) == 1


@pytest.mark.covers("R8")
def test_another_choice_is_refused_and_reveals_nothing_of_the_first(
    stack: Any, voter: Any, poll_id: str
) -> None:
    first = voter.vote(poll_id, "a")
    answer = voter.vote(poll_id, "b")
    assert_problem(answer, 409, "already-voted")
    body = answer["body"].lower()
    assert '"a"' not in body
    assert first["json"]["receipt"].lower() not in body
    assert first["json"]["recorded_at"].lower() not in body
    assert [item["event"]["M"]["choice"]["S"] for item in stack.votes()] == ["a"]


def test_a_renewed_voter_token_is_the_same_voter(voter: Any, poll_id: str) -> None:
    voter.vote(poll_id, "a")
    voter.post("/voter-token")
    assert voter.vote(poll_id, "b")["statusCode"] == 409


def test_two_browsers_are_two_voters(stack: Any, new_browser: Any, poll_id: str) -> None:
    for browser in (new_browser(), new_browser()):
        browser.post("/voter-token")
        assert browser.vote(poll_id)["statusCode"] == 201
    assert len(stack.votes()) == 2


@pytest.mark.covers("T28", "R15")
def test_rotation_of_the_voter_keys_gives_no_second_vote(stack: Any, voter: Any, poll_id: str) -> None:
    first = voter.vote(poll_id, "a")
    stack.set_secret("VoterKeysSecret", {"current": "k2", "k1": "a" * 64, "k2": "c" * 64})
    assert voter.vote(poll_id, "a")["json"]["receipt"] == first["json"]["receipt"]
    voter.post("/voter-token")
    assert voter.cookies["__Host-voter"].startswith("v1.k2.")
    assert voter.vote(poll_id, "b")["statusCode"] == 409
    assert len(stack.votes()) == 1


@pytest.mark.covers("R13")
def test_vote_requires_a_voter_token(stack: Any, new_browser: Any, poll_id: str) -> None:
    assert_problem(new_browser().vote(poll_id), 401, "no-voter-token")
    assert stack.votes() == []


@pytest.mark.covers("R16")
def test_an_expired_voter_token_is_refused_and_renewed_for_the_same_voter(
    stack: Any, new_browser: Any, poll_id: str
) -> None:
    from vote_service.domain.voter_token import VoterToken, write_voter_token  # noqa: PLC0415

    keys = KeyRing.read({"current": "k1", "k1": "a" * 64})
    old = VoterToken(bytes(16), datetime.now(UTC) - timedelta(days=180, seconds=1))
    browser = new_browser()
    browser.cookies["__Host-voter"] = write_voter_token(old, keys)
    assert_problem(browser.vote(poll_id), 401, "voter-token-expired")
    assert stack.votes() == []
    browser.post("/voter-token")
    assert browser.cookies["__Host-voter"].split(".")[2] == write_voter_token(old, keys).split(".")[2]
    assert browser.vote(poll_id)["statusCode"] == 201


def test_a_changed_voter_token_is_refused(stack: Any, voter: Any, poll_id: str) -> None:
    voter.cookies["__Host-voter"] = voter.cookies["__Host-voter"][:-1] + "!"
    assert_problem(voter.vote(poll_id), 403, "invalid-voter-token")
    assert stack.votes() == []


@pytest.mark.covers("T6")
@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
        {"sec-fetch-site": "cross-site", "origin": "https://vote.example"},
        {"sec-fetch-site": None, "origin": "https://evil.example"},
        {"sec-fetch-site": None, "origin": "null"},
        {"sec-fetch-site": None},
    ],
)
def test_a_foreign_page_cannot_vote(stack: Any, voter: Any, poll_id: str, headers: dict[str, str]) -> None:
    body = {"poll_id": poll_id, "choice": "a"}
    assert_problem(voter.post("/vote", body, headers), 403, "cross-origin-forbidden")
    assert stack.votes() == []


@pytest.mark.covers("T6")
def test_origin_header_is_checked_without_fetch_metadata(voter: Any, poll_id: str) -> None:
    body = {"poll_id": poll_id, "choice": "a"}
    headers = {"sec-fetch-site": None, "origin": "https://vote.example"}
    assert voter.post("/vote", body, headers)["statusCode"] == 201


@pytest.mark.parametrize("secret", [None, "", "wrong"])
def test_the_api_cannot_be_used_around_the_edge(
    stack: Any, voter: Any, poll_id: str, secret: str | None
) -> None:
    body = {"poll_id": poll_id, "choice": "a"}
    assert_problem(voter.post("/vote", body, {"x-origin-verify": secret}), 403, "origin-not-verified")
    assert stack.votes() == []


@pytest.mark.parametrize("poll", ["0" * 26, "z" * 26])
def test_an_unknown_poll_is_not_found(voter: Any, poll: str) -> None:
    assert_problem(voter.vote(poll), 404, "unknown-poll")


@pytest.mark.covers("T11")
def test_draft_returns_the_same_response_as_an_unknown_poll(stack: Any, voter: Any, make_poll: Any) -> None:
    draft = make_poll(PollStatus.DRAFT, opens=None, revision=1)
    stack.track(draft)
    missing = voter.vote("0" * 26)
    answer = voter.vote(draft.poll_id)
    assert (answer["statusCode"], answer["body"]) == (missing["statusCode"], missing["body"])
    assert stack.votes() == []


@pytest.mark.parametrize(("status", "closes"), [(PollStatus.OPEN, -0.001), (PollStatus.CLOSED, -60)])
def test_a_closed_poll_takes_no_vote(
    stack: Any, voter: Any, make_poll: Any, status: PollStatus, closes: float
) -> None:
    poll = make_poll(status, closes=closes)
    stack.track(poll)
    assert_problem(voter.vote(poll.poll_id), 410, "closed")
    assert stack.votes() == []


@pytest.mark.covers("T27")
def test_retry_after_the_close_returns_the_receipt(
    stack: Any, voter: Any, new_browser: Any, make_poll: Any, poll_id: str
) -> None:
    first = voter.vote(poll_id)
    stack.track(make_poll(PollStatus.CLOSED, poll_id=poll_id, closes=-1, revision=9))
    again = voter.vote(poll_id)
    assert again["statusCode"] == 200
    assert again["json"]["receipt"] == first["json"]["receipt"]
    assert_problem(voter.vote(poll_id, "b"), 409, "already-voted")
    late = new_browser()
    late.post("/voter-token")
    assert_problem(late.vote(poll_id), 410, "closed")


def test_archived_poll_accepts_no_vote_and_recognises_no_voter(
    stack: Any, voter: Any, new_browser: Any, make_poll: Any
) -> None:
    poll = make_poll()
    stack.track(poll)
    assert voter.vote(poll.poll_id, "a")["statusCode"] == 201
    stack.track(make_poll(PollStatus.CLOSED, poll_id=poll.poll_id, closes=-60, revision=4, archived=True))
    stack.set_clock(datetime.now(UTC) + KNOWN_FOR)
    late = new_browser()
    late.post("/voter-token")
    for browser, choice in ((voter, "a"), (voter, "b"), (late, "a")):
        answer = browser.vote(poll.poll_id, choice)
        assert_problem(answer, 410, "closed")
        assert answer["json"]["detail"] == "This poll is archived"
    assert len(stack.votes()) == 1


def test_vote_before_the_opening_returns_retry_after(stack: Any, voter: Any, make_poll: Any) -> None:
    poll = make_poll(opens=100)
    stack.track(poll)
    stack.set_clock(poll.occurred_at)
    answer = voter.vote(poll.poll_id)
    problem = assert_problem(answer, 409, "not-open-yet")
    assert problem.opens_at == poll.opens_at
    assert 0 < int(answer["headers"]["Retry-After"]) <= 100  # the clock runs on
    assert stack.votes() == []


@pytest.mark.covers("T17", "R20")
def test_a_body_beyond_four_kilobytes_is_too_large(voter: Any, poll_id: str) -> None:
    body = json.dumps({"poll_id": poll_id, "choice": "a"})
    assert voter.post("/vote", body.ljust(MAX_BODY_BYTES))["statusCode"] == 201
    assert_problem(voter.post("/vote", body.ljust(MAX_BODY_BYTES + 1)), 413, "too-large")
    many_bytes_few_characters = json.dumps({"poll_id": "ü" * 2100}, ensure_ascii=False)
    assert_problem(voter.post("/vote", many_bytes_few_characters), 413, "too-large")


@pytest.mark.covers("R18")
@pytest.mark.parametrize(
    "media_type", [None, "", "text/plain", "application/x-www-form-urlencoded", "application/jsonp"]
)
def test_only_json_is_accepted(stack: Any, voter: Any, poll_id: str, media_type: str | None) -> None:
    body = {"poll_id": poll_id, "choice": "a"}
    assert_problem(voter.post("/vote", body, {"content-type": media_type}), 415, "not-json")
    assert stack.votes() == []


@pytest.mark.parametrize("media_type", ["application/json; charset=utf-8", "Application/JSON"])
def test_spellings_of_the_json_media_type_are_accepted(voter: Any, poll_id: str, media_type: str) -> None:
    answer = voter.post("/vote", {"poll_id": poll_id, "choice": "a"}, {"content-type": media_type})
    assert answer["statusCode"] == 201


GOOD_POLL = "0" * 26


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (None, "body"),
        ("", "body"),
        ("{", "body"),
        ("null", "body"),
        ("[]", "body"),
        ('"\ud800"', "body"),
        ("{}", "poll_id"),
        ({"poll_id": GOOD_POLL}, "choice"),
        ({"poll_id": GOOD_POLL, "choice": "c"}, "choice"),
        ({"poll_id": GOOD_POLL, "choice": "A"}, "choice"),
        ({"poll_id": GOOD_POLL, "choice": None}, "choice"),
        ({"poll_id": GOOD_POLL, "choice": ["a"]}, "choice"),
        ({"poll_id": "short", "choice": "a"}, "poll_id"),
        ({"poll_id": GOOD_POLL.replace("0", "I"), "choice": "a"}, "poll_id"),
        ({"poll_id": f"{GOOD_POLL}\n", "choice": "a"}, "poll_id"),
        ({"poll_id": GOOD_POLL, "choice": "a", "voter_key": "x"}, "voter_key"),
    ],
)
def test_malformed_body_names_the_invalid_field(stack: Any, voter: Any, body: Any, field: str) -> None:
    problem = assert_problem(voter.post("/vote", body), 422, "validation-failed")
    assert field in [error.field for error in problem.errors or ()]
    assert stack.votes() == []


def test_malformed_value_is_not_repeated(voter: Any) -> None:
    answer = voter.post("/vote", {"poll_id": "<script>alert(1)</script>", "choice": "<b>"})
    assert "script" not in answer["body"]
    assert "<b>" not in answer["body"]


@pytest.mark.parametrize("code", ["ThrottlingException", "TooManyRequestsException"])
def test_throttled_start_returns_retry_after(stack: Any, voter: Any, poll_id: str, code: str) -> None:
    answer_start_with(stack, {"Error": {"Code": code, "Message": "Rate exceeded"}}, status=400)
    answer = voter.vote(poll_id)
    problem = assert_problem(answer, 429, "throttled")
    assert answer["headers"]["Retry-After"] == str(problem.retry_after)


@pytest.mark.parametrize(
    "answer",
    [
        {"status": "FAILED", "error": "States.TaskFailed", "cause": "secret cause"},
        {"status": "TIMED_OUT"},
        {"status": "SUCCEEDED", "output": '{"outcome": "unknown"}'},
        {"status": "SUCCEEDED", "output": "not even JSON"},
        {"status": "SUCCEEDED", "output": '{"outcome": "invalid", "reason": "input: is not ours"}'},
        ReadTimeoutError(endpoint_url="https://states"),
        ConnectionClosedError(endpoint_url="https://states"),
    ],
)
def test_unknown_workflow_output_returns_not_confirmed(
    stack: Any, voter: Any, poll_id: str, answer: Any
) -> None:
    answer_start_with(stack, answer)
    refused = voter.vote(poll_id)
    problem = assert_problem(refused, 503, "not-confirmed")
    assert refused["headers"]["Retry-After"] == str(problem.retry_after)
    assert "secret cause" not in refused["body"]


def test_workflow_without_permission_to_start_returns_not_confirmed(
    stack: Any, voter: Any, poll_id: str
) -> None:
    answer_start_with(stack, {"Error": {"Code": "AccessDeniedException", "Message": "no"}}, status=400)
    assert_problem(voter.vote(poll_id), 503, "not-confirmed")


@pytest.mark.covers("R3")
def test_retry_of_an_unconfirmed_vote_returns_its_outcome(stack: Any, voter: Any, poll_id: str) -> None:
    module = stack.handler("vote_wrapper")
    events = module.vote_caster.workflow._client.meta.events

    def run_then_lose_the_answer(params: dict[str, Any], **_: Any) -> None:
        stack.run_workflow(json.loads(json.loads(params["body"])["input"]))
        raise ConnectionClosedError(endpoint_url="https://states")

    events.register_first("before-call.sfn.StartSyncExecution", run_then_lose_the_answer)
    assert_problem(voter.vote(poll_id), 503, "not-confirmed")
    events.unregister("before-call.sfn.StartSyncExecution", run_then_lose_the_answer)
    assert voter.vote(poll_id)["statusCode"] == 200
    assert len(stack.votes()) == 1


def test_unreadable_copy_of_the_poll_allows_a_retry(stack: Any, voter: Any, poll_id: str) -> None:
    stack.dynamodb.delete_table(TableName=stack.refs["VotingStateTable"])
    answer = voter.vote(poll_id)
    assert_problem(answer, 503, "unavailable")
    assert answer["headers"]["Retry-After"]
    assert stack.votes() == []


def test_unreadable_secret_fails_before_any_write(stack: Any, voter: Any, poll_id: str) -> None:
    stack.secrets.delete_secret(SecretId=stack.arn("ResultsPassSecret"), ForceDeleteWithoutRecovery=True)
    assert_problem(voter.vote(poll_id), 503, "unavailable")
    assert stack.votes() == []


def test_a_poll_pinned_to_a_key_that_was_removed_is_unavailable(stack: Any, voter: Any, poll_id: str) -> None:
    stack.dynamodb.update_item(
        TableName=stack.refs["VotingStateTable"],
        Key={"poll_id": {"S": poll_id}},
        UpdateExpression="SET key_id = :gone",
        ExpressionAttributeValues={":gone": {"S": "k0"}},
    )
    assert_problem(voter.vote(poll_id), 503, "unavailable")


def test_unknown_path_returns_not_found(voter: Any) -> None:
    assert_problem(voter.post("/votes", {}), 404, "not-found")


def test_unexpected_error_returns_a_problem(
    stack: Any, voter: Any, poll_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise RuntimeError("some inner secret")

    monkeypatch.setattr("vote_service.use_cases.cast_vote.voter_of", fail)
    answer = voter.vote(poll_id)
    assert_problem(answer, 500, "internal")
    assert "inner secret" not in answer["body"]


@pytest.mark.covers("T19")
def test_logs_contain_no_voter_token_voter_key_or_choice(
    stack: Any, voter: Any, poll_id: str, capsys: pytest.CaptureFixture[str]
) -> None:
    voter.vote(poll_id, "a")
    voter.vote(poll_id, "b")
    answer_start_with(stack, {"status": "SUCCEEDED", "output": '{"outcome": "recorded", "choice": "a"}'})
    voter.vote(poll_id, "a")
    logged = capsys.readouterr().out
    assert "VoteWrapper" in logged
    [item] = stack.votes()
    voter_token = voter.cookies["__Host-voter"]
    for secret in (
        voter_token,
        voter_token.split(".")[2],
        item["sk"]["S"],
        item["receipt"]["S"],
        "choice",
        "192.0.2.1",
    ):
        assert secret not in logged
