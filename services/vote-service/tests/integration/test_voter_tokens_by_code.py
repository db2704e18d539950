"""A genuine code bypasses the limit of a network, up to a limit of its own."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from contracts.enums import PollStatus, VoterPolicy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from vote_service.domain.rate_limit import CODE_WINDOW, NEW_VOTERS_PER_CODE

UNKNOWN_CODE = "00000-00000-00000-00000-00000"
TOO_MANY, INVALID_CODE = (429, "/problems/throttled"), (403, "/problems/invalid-code")


@pytest.fixture
def poll_id(stack: Any, make_poll: Any) -> str:
    poll = make_poll(policy=VoterPolicy.CODE)
    stack.track(poll)
    return str(poll.poll_id)


@pytest.fixture
def at_limit(stack: Any, new_browser: Any) -> Any:
    """The stack with a network at its limit of one new voter."""
    stack.set_parameter("NewVotersPerNetwork", "1")
    stack.set_clock(datetime.now(UTC))
    assert new_browser().post("/voter-token")["statusCode"] == 200
    return stack


def ask(browser: Any, poll_id: str, code: str) -> dict[str, Any]:
    answer: dict[str, Any] = browser.post("/voter-token", {"access_code": {"poll_id": poll_id, "code": code}})
    return answer


def outcome(answer: dict[str, Any]) -> tuple[int, str]:
    return answer["statusCode"], answer["json"].get("type", "")


@pytest.mark.covers("T38")
def test_voter_with_a_code_votes_from_a_network_at_its_limit(
    at_limit: Any, new_browser: Any, organiser: Any, poll_id: str
) -> None:
    [code] = organiser.codes(poll_id)
    newcomer = new_browser()
    assert outcome(newcomer.post("/voter-token")) == TOO_MANY
    assert ask(newcomer, poll_id, code.lower().replace("-", " "))["statusCode"] == 200
    assert newcomer.vote(poll_id, "a", code)["statusCode"] == 201


@pytest.mark.covers("T38")
def test_code_admits_new_voters_up_to_its_limit(
    at_limit: Any, new_browser: Any, organiser: Any, poll_id: str
) -> None:
    [code, other] = organiser.codes(poll_id, 2)
    answers = [outcome(ask(new_browser(), poll_id, code)) for _ in range(NEW_VOTERS_PER_CODE + 2)]
    assert answers == [(200, "")] * NEW_VOTERS_PER_CODE + [TOO_MANY] * 2
    assert ask(new_browser(), poll_id, other)["statusCode"] == 200, "each code has its own limit"


def test_limit_of_a_code_restarts_in_the_next_window(
    at_limit: Any, new_browser: Any, organiser: Any, poll_id: str
) -> None:
    """The counter of the last window still exists: DynamoDB deletes expired items days later."""
    [code] = organiser.codes(poll_id)
    for _ in range(NEW_VOTERS_PER_CODE):
        ask(new_browser(), poll_id, code)
    at_limit.set_clock(datetime.now(UTC) + CODE_WINDOW)
    new_browser().post("/voter-token")
    assert ask(new_browser(), poll_id, code)["statusCode"] == 200


@pytest.mark.parametrize("typed", [UNKNOWN_CODE, "hello", "0" * 64])
def test_invalid_code_returns_the_problem_of_a_vote_with_it(
    at_limit: Any, new_browser: Any, poll_id: str, typed: str
) -> None:
    assert outcome(ask(new_browser(), poll_id, typed)) == INVALID_CODE


def test_code_of_another_poll_is_invalid(
    at_limit: Any, new_browser: Any, organiser: Any, make_poll: Any, poll_id: str
) -> None:
    other = make_poll(policy=VoterPolicy.CODE)
    at_limit.track(other)
    [code] = organiser.codes(other.poll_id)
    assert outcome(ask(new_browser(), poll_id, code)) == INVALID_CODE


@pytest.mark.parametrize(
    "state",
    [
        {"status": PollStatus.CLOSED, "closes": -1},
        {"status": PollStatus.CLOSED, "closes": -1, "archived": True},
        {"closes": -30},  # before the clock of `at_limit`, also on a busy machine
    ],
)
def test_code_of_a_closed_poll_admits_no_voter(
    at_limit: Any, new_browser: Any, organiser: Any, make_poll: Any, poll_id: str, state: dict[str, Any]
) -> None:
    [code] = organiser.codes(poll_id)
    at_limit.track(make_poll(**{"poll_id": poll_id, "revision": 3, "policy": VoterPolicy.CODE, **state}))
    assert outcome(ask(new_browser(), poll_id, code)) == TOO_MANY


def test_unknown_polls_and_other_policies_admit_no_voter(
    at_limit: Any, new_browser: Any, make_poll: Any
) -> None:
    by_device, draft = make_poll(), make_poll(PollStatus.DRAFT, opens=None, policy=VoterPolicy.CODE)
    at_limit.track(by_device, draft)
    for poll in (by_device, draft, make_poll(policy=VoterPolicy.CODE)):
        assert outcome(ask(new_browser(), poll.poll_id, UNKNOWN_CODE)) == TOO_MANY


@pytest.mark.parametrize(
    "body", [{"access_code": {"code": UNKNOWN_CODE}}, {"access_code": "x"}, {"access": {}}]
)
def test_incomplete_access_code_is_malformed(new_browser: Any, body: dict[str, Any]) -> None:
    assert new_browser().post("/voter-token", body)["statusCode"] == 422


def test_a_voter_token_costs_the_same_calls_with_a_code_as_without(
    stack: Any, new_browser: Any, organiser: Any, poll_id: str
) -> None:
    calls: Counter[str] = Counter()
    [code] = organiser.codes(poll_id)
    client = stack.handler("issue_voter_token").client
    stack.hook(client, "before-call.*.*", lambda model, **_: calls.update([model.name]))
    assert ask(new_browser(), poll_id, code)["statusCode"] == 200
    assert calls == {"UpdateItem": 2}, "the counters of the network and of new voters"


def test_counter_of_a_code_contains_neither_code_nor_poll_and_expires(
    at_limit: Any, new_browser: Any, organiser: Any, poll_id: str, capsys: pytest.CaptureFixture[str]
) -> None:
    [code] = organiser.codes(poll_id)
    ask(new_browser(), poll_id, code)
    items = at_limit.dynamodb.scan(TableName=at_limit.refs["VotingStateTable"])["Items"]
    [counter] = [item for item in items if item["poll_id"]["S"].startswith("#voter-tokens#code#")]
    assert counter.keys() == {"poll_id", "issued", "expires_at"}
    assert (
        int(counter["expires_at"]["N"]) <= (datetime.now(UTC) + CODE_WINDOW + timedelta(hours=1)).timestamp()
    )
    logged = capsys.readouterr().out
    for secret in (code, code.replace("-", "").lower(), poll_id):
        assert secret not in str(counter)
    assert code not in logged
    assert '"VoterTokensByCode":[1.0]' in logged.replace(" ", "")


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=st.lists(st.sampled_from([0, 1, 2, None]), max_size=24))
def test_network_at_its_limit_grows_only_by_the_limits_of_codes(
    at_limit: Any, new_browser: Any, organiser: Any, make_poll: Any, asked: list[int | None]
) -> None:
    poll = make_poll(policy=VoterPolicy.CODE)
    at_limit.track(poll)
    codes = organiser.codes(poll.poll_id, 3)
    issued: Counter[int | None] = Counter()
    for code in asked:
        text = UNKNOWN_CODE if code is None else codes[code]
        issued[code] += ask(new_browser(), poll.poll_id, text)["statusCode"] == 200
    for code, times in Counter(asked).items():
        assert issued[code] == (0 if code is None else min(times, NEW_VOTERS_PER_CODE))
