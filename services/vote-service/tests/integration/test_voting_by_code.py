"""Policy `code`: one vote per code, and refused codes cannot be distinguished."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from contracts.api import CastVote
from contracts.enums import Choice, PollStatus, VoterPolicy
from contracts.ids import new_poll_id, new_trace_id
from vote_service.domain.identity import RequestIdentity

RACERS = 20
UNKNOWN_CODE = "00000-00000-00000-00000-00000"


def answered(answer: dict[str, Any]) -> tuple[int, str]:
    return answer["statusCode"], answer["json"].get("type", "")


def parts_of(answer: dict[str, Any]) -> tuple[int, str, str]:
    """Return all parts of a response: status, body, headers."""
    return answer["statusCode"], answer["body"], json.dumps(answer["headers"], sort_keys=True)


def test_code_is_one_vote_and_its_voter_token_may_retry(
    stack: Any, voter: Any, organiser: Any, by_code: str
) -> None:
    [code] = organiser.codes(by_code)
    first, again = voter.vote(by_code, "b", code), voter.vote(by_code, "b", code.lower().replace("-", " "))
    assert (first["statusCode"], again["statusCode"]) == (201, 200)
    assert first["json"]["receipt"] == again["json"]["receipt"]
    assert answered(voter.vote(by_code, "a", code)) == (409, "/problems/already-voted")
    [item] = stack.votes()
    assert item["event"]["M"]["choice"] == {"S": "b"}


def test_one_browser_with_two_codes_has_two_votes(
    stack: Any, voter: Any, organiser: Any, by_code: str
) -> None:
    """A family shares a tablet: each code is one vote, also with the same voter token."""
    [one, other] = organiser.codes(by_code, 2)
    answers = [voter.vote(by_code, "a", one), voter.vote(by_code, "b", other)]
    assert [answer["statusCode"] for answer in answers] == [201, 201]
    assert len(stack.votes()) == 2


def test_retry_of_a_vote_by_code_after_the_close_returns_the_receipt(
    stack: Any, voter: Any, organiser: Any, make_poll: Any, by_code: str
) -> None:
    [code, unused] = organiser.codes(by_code, 2)
    first = voter.vote(by_code, "a", code)
    stack.track(make_poll(PollStatus.CLOSED, poll_id=by_code, closes=-1, revision=3, policy=VoterPolicy.CODE))
    again = voter.vote(by_code, "a", code)
    assert (again["statusCode"], again["json"]["receipt"]) == (200, first["json"]["receipt"])
    assert answered(voter.vote(by_code, "a", unused)) == (410, "/problems/closed")


def refused_codes(organiser: Any, browser: Any, poll_id: str, another_poll: str) -> dict[str, Any]:
    """Vote with every kind of invalid code and return the responses; another voter has used one code."""
    [used, mine] = organiser.codes(poll_id, 2)
    [elsewhere] = organiser.codes(another_poll)
    owner, other = browser(), browser()
    owner.vote(poll_id, "a", used)
    other.vote(poll_id, "a", mine)
    mistyped = mine[:-1] + ("0" if mine[-1] != "0" else "1")
    return {
        "used, the same choice": other.vote(poll_id, "a", used),
        "used, another choice": other.vote(poll_id, "b", used),
        "never minted": other.vote(poll_id, "a", UNKNOWN_CODE),
        "no code at all": other.vote(poll_id, "a", "hello"),
        "of another poll": other.vote(poll_id, "a", elsewhere),
        "my own, mistyped": other.vote(poll_id, "a", mistyped),
        "used, mistyped": other.vote(poll_id, "a", used[:-1] + ("0" if used[-1] != "0" else "1")),
    }


@pytest.mark.covers("T11", "R23")
def test_wrong_used_unknown_and_foreign_codes_get_the_same_response(
    stack: Any, organiser: Any, browser: Any, by_code: str, open_poll: Any
) -> None:
    another = open_poll(VoterPolicy.CODE).poll_id
    answers = refused_codes(organiser, browser, by_code, another)
    assert len({parts_of(answer) for answer in answers.values()}) == 1, answers
    assert answered(answers["never minted"]) == (403, "/problems/invalid-code")
    assert len(stack.votes()) == 2


@pytest.mark.parametrize(
    ("state", "answer"),
    [
        ({"closes": -1}, (410, "/problems/closed")),
        ({"status": PollStatus.CLOSED, "closes": -1}, (410, "/problems/closed")),
        ({"opens": 60}, (409, "/problems/not-open-yet")),
    ],
)
def test_poll_that_is_not_open_reveals_nothing_of_a_code(
    stack: Any,
    organiser: Any,
    browser: Any,
    make_poll: Any,
    open_poll: Any,
    by_code: str,
    state: dict[str, Any],
    answer: tuple[int, str],
) -> None:
    [used, unused] = organiser.codes(by_code, 2)
    browser().vote(by_code, "a", used)
    [elsewhere] = organiser.codes(open_poll(VoterPolicy.CODE).poll_id)
    stack.track(make_poll(**{"poll_id": by_code, "revision": 3, "policy": VoterPolicy.CODE, **state}))
    other = browser()
    answers = [other.vote(by_code, "a", code) for code in (used, unused, UNKNOWN_CODE, "hello", elsewhere)]
    assert {answered(one) for one in answers} == {answer}
    bodies = [{**one["json"], "retry_after": None} for one in answers]
    assert all(body == bodies[0] for body in bodies)


@pytest.mark.covers("T11", "R23")
def test_refused_codes_take_the_same_steps(
    stack: Any, organiser: Any, browser: Any, by_code: str, open_poll: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[list[str]] = []
    clients = [
        stack.handler("vote_wrapper").vote_caster.polls._polls._client,
        stack.handler("validate_vote").client,
    ]
    for client in clients:
        stack.hook(client, "before-call.*.*", lambda model, **_: steps[-1].append(model.name))
    run_workflow = stack.run_workflow

    def states_of(workflow_input: Any) -> Any:
        execution = run_workflow(workflow_input)
        history = stack.stepfunctions.get_execution_history(executionArn=execution["executionArn"])["events"]
        steps[-1] += [event["stateEnteredEventDetails"]["name"] for event in history if is_entry(event)]
        return execution

    def is_entry(event: dict[str, Any]) -> bool:
        return "stateEnteredEventDetails" in event

    monkeypatch.setattr(stack, "run_workflow", states_of)
    vote = type(browser()).vote

    def counted(self: Any, *args: Any) -> Any:
        steps.append([])
        return vote(self, *args)

    monkeypatch.setattr(type(browser()), "vote", counted)
    answers = refused_codes(organiser, browser, by_code, open_poll(VoterPolicy.CODE).poll_id)
    refused = steps[-len(answers) :]
    assert all(taken == refused[0] for taken in refused), dict(zip(answers, refused, strict=True))
    assert sorted(refused[0]) == sorted(["GetItem", "GetItem", "ValidateVote", "Decision", "Rejected"])


@pytest.mark.covers("R22")
def test_twenty_concurrent_votes_with_one_code_accept_one_and_refuse_the_others_alike(
    stack: Any, organiser: Any, browser: Any, by_code: str
) -> None:
    from chassis.response import problem_answer  # noqa: PLC0415
    from vote_service.domain.errors import CodeRefused  # noqa: PLC0415
    from vote_service.http import PROBLEMS  # noqa: PLC0415

    [code] = organiser.codes(by_code)
    voter_tokens = [browser().cookies["__Host-voter"] for _ in range(RACERS)]
    wrong = browser().vote(by_code, "a", UNKNOWN_CODE)
    vote_caster = stack.handler("vote_wrapper").vote_caster
    # All are validated before any is written, so only the write condition decides.
    stack.after_validation = threading.Barrier(RACERS, timeout=120).wait

    def race(number: int) -> Any:
        vote = CastVote(poll_id=by_code, choice=Choice("ab"[number % 2]), code=code)
        try:
            return vote_caster.cast(
                vote, RequestIdentity(voter_tokens[number], None), new_trace_id(), datetime.now(UTC)
            )
        except CodeRefused as refused:
            return problem_answer(PROBLEMS[CodeRefused], refused)

    with ThreadPoolExecutor(RACERS) as pool:
        answers = list(pool.map(race, range(RACERS)))
    [(recorded, status)] = [answer for answer in answers if isinstance(answer, tuple)]
    refused = [answer for answer in answers if not isinstance(answer, tuple)]
    [item] = stack.votes()
    assert (status, recorded.receipt) == (201, item["receipt"]["S"])
    assert {(answer.status_code, answer.body) for answer in refused} == {(403, wrong["body"])}
    assert len(refused) == RACERS - 1


def test_poll_by_code_requires_a_code(stack: Any, voter: Any, by_code: str) -> None:
    answer = voter.vote(by_code)
    assert answered(answer) == (422, "/problems/validation-failed")
    assert answer["json"]["errors"] == [{"field": "code", "message": "This poll asks for a code"}]
    assert stack.votes() == []


def test_draft_by_code_returns_the_response_of_an_unknown_poll(voter: Any, open_poll: Any) -> None:
    draft = open_poll(VoterPolicy.CODE, status=PollStatus.DRAFT, opens=None)
    answers = [voter.vote(poll_id, "a", UNKNOWN_CODE) for poll_id in (draft.poll_id, new_poll_id())]
    assert parts_of(answers[0]) == parts_of(answers[1])
    assert answers[0]["statusCode"] == 404


@pytest.mark.covers("T19")
def test_neither_code_nor_address_is_stored_or_logged(
    stack: Any,
    voter: Any,
    organiser: Any,
    by_code: str,
    by_network: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    [code] = organiser.codes(by_code)
    assert voter.vote(by_code, "a", code)["statusCode"] == 201
    assert voter.vote(by_code, "a", code[:-1] + "U")["statusCode"] == 403
    assert voter.vote(by_network)["statusCode"] == 201
    written = str(stack.votes()) + capsys.readouterr().out
    for secret in (code, code.replace("-", ""), code[:-1], "192.0.2.1"):
        assert secret.lower() not in written.lower()
