"""Rate limit of new voter tokens per network: it stops a flood, but not a full venue or other networks."""

import json
import random
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from contracts.problem import Problem
from vote_service.domain.vote_decision import RecordedVote, SubmittedVote

NOON = datetime(2026, 6, 1, 12, 0, 7, tzinfo=UTC)
FLOODER, NEIGHBOUR = "198.51.100.10", "198.51.100.11"
HALL = "198.51.100.12"  # of its own: the function remembers a network at its limit


@pytest.fixture
def at_noon(stack: Any) -> Any:
    stack.set_clock(NOON)
    return stack


@pytest.fixture
def five_each(stack: Any) -> Any:
    """The stack at noon, with a limit of five."""
    stack.set_parameter("NewVotersPerNetwork", "5")
    stack.set_clock(NOON)
    return stack


def flood(new_browser: Callable[..., Any], number: int, address: str = FLOODER) -> list[dict[str, Any]]:
    return [new_browser(address).post("/voter-token") for _ in range(number)]


def counters(stack: Any) -> list[dict[str, Any]]:
    items = stack.dynamodb.scan(TableName=stack.refs["VotingStateTable"])["Items"]
    return [item for item in items if item["poll_id"]["S"].startswith("#voter-tokens#")]


def answer_updates_with(stack: Any, status: int, code: str) -> Counter[str]:
    """Return this error for the counter's write; return a counter of the attempts."""
    asked: Counter[str] = Counter()

    def answer(**_: Any) -> tuple[AWSResponse, dict[str, Any]]:
        asked["UpdateItem"] += 1
        return AWSResponse("", status, HTTPHeaders(), None), {"Error": {"Code": code, "Message": "simulated"}}

    stack.hook(stack.handler("issue_voter_token").client, "before-call.dynamodb.UpdateItem", answer)
    return asked


@pytest.mark.covers("T4", "T38", "R24")
def test_flood_from_one_address_is_limited_and_other_networks_are_not(at_noon: Any, new_browser: Any) -> None:
    answers = flood(new_browser, 520)
    assert [answer["statusCode"] for answer in answers] == [200] * 500 + [429] * 20
    refused = answers[-1]
    problem = Problem.model_validate(refused["json"])
    assert problem.type == "/problems/throttled"
    assert (problem.retry_after, refused["headers"]["Retry-After"]) == (293, "293")
    assert not refused.get("cookies")
    assert new_browser(NEIGHBOUR).post("/voter-token")["statusCode"] == 200


@pytest.mark.covers("T4", "T38", "R24")
def test_300_voters_behind_one_address_are_300_voters(
    at_noon: Any, new_browser: Any, make_poll: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    poll, voter_keys = make_poll(opens=None), set()

    def run(vote: SubmittedVote) -> RecordedVote:
        voter_keys.add(vote.voter_key)
        return RecordedVote(outcome="recorded", choice=vote.choice, receipt=vote.receipt, recorded_at=NOON)

    at_noon.track(poll)
    monkeypatch.setattr(at_noon.handler("vote_wrapper").vote_caster.workflow, "run", run)
    hall = [new_browser(HALL) for _ in range(300)]
    assert {browser.post("/voter-token")["statusCode"] for browser in hall} == {200}
    assert {browser.vote(poll.poll_id)["statusCode"] for browser in hall} == {201}
    assert len(voter_keys) == 300


def test_renewal_succeeds_in_a_network_at_its_limit(five_each: Any, new_browser: Any) -> None:
    early = new_browser(FLOODER)
    early.post("/voter-token")
    flood(new_browser, 6)
    voter = early.cookies["__Host-voter"].split(".")[2]
    assert early.post("/voter-token")["statusCode"] == 200
    assert early.cookies["__Host-voter"].split(".")[2] == voter


def test_renewal_is_not_counted(five_each: Any, new_browser: Any) -> None:
    browser = new_browser(FLOODER)
    for _ in range(20):
        browser.post("/voter-token")
    [counter] = counters(five_each)
    assert counter["issued"] == {"N": "1"}


def test_forged_voter_token_is_counted_like_a_new_voter(five_each: Any, new_browser: Any) -> None:
    for number in range(3):
        browser = new_browser(FLOODER)
        browser.cookies["__Host-voter"] = f"v1.k1.AAAAAAAAAAAAAAAAAAAAAA.{number}.mac"
        browser.post("/voter-token")
    [counter] = counters(five_each)
    assert counter["issued"] == {"N": "3"}


def test_next_window_accepts_new_voters_again(five_each: Any, new_browser: Any) -> None:
    refused = flood(new_browser, 6)[-1]
    five_each.set_clock(NOON + timedelta(seconds=int(refused["headers"]["Retry-After"]) - 1))
    assert flood(new_browser, 1)[0]["statusCode"] == 429
    five_each.set_clock(NOON + timedelta(seconds=int(refused["headers"]["Retry-After"])))
    assert flood(new_browser, 1)[0]["statusCode"] == 200


def test_a_household_with_all_its_ipv6_addresses_is_one_network(five_each: Any, new_browser: Any) -> None:
    for number in range(5):
        flood(new_browser, 1, f"2001:db8:1:2::{number:x}")
    flood(new_browser, 1, "2001:db8:1:3::1")
    assert sorted(int(counter["issued"]["N"]) for counter in counters(five_each)) == [1, 5]


def test_counter_does_not_identify_its_network_and_expires(
    five_each: Any, new_browser: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    flood(new_browser, 2)
    [counter] = counters(five_each)
    assert counter.keys() == {"poll_id", "issued", "expires_at"}
    assert int(counter["expires_at"]["N"]) == int(datetime(2026, 6, 1, 13, 5, tzinfo=UTC).timestamp())
    table = five_each.resources["VotingStateTable"]["Properties"]
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}
    assert "198.51" not in str(counter) + capsys.readouterr().out


@pytest.mark.covers("T17")
def test_full_counter_costs_no_more_writes(five_each: Any, new_browser: Any) -> None:
    flood(new_browser, 6)
    written: Counter[str] = Counter()

    def note(params: dict[str, Any], **_: Any) -> None:
        written[json.loads(params["body"])["Key"]["poll_id"]["S"].split("#")[1]] += 1

    five_each.hook(five_each.handler("issue_voter_token").client, "before-call.dynamodb.UpdateItem", note)
    assert {answer["statusCode"] for answer in flood(new_browser, 20)} == {429}
    assert written == {"issued": 20}, "refusals are counted for the report, sampled if there are many"


def test_unavailable_counters_issue_voter_tokens_and_raise_the_metric(
    five_each: Any, new_browser: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    five_each.dynamodb.delete_table(TableName=five_each.refs["VotingStateTable"])
    assert flood(new_browser, 1)[0]["statusCode"] == 200
    logged = capsys.readouterr().out
    assert '"VoterTokensUncounted":[1.0]' in logged.replace(" ", "")
    assert "198.51" not in logged


@pytest.mark.parametrize("address", [None, "unknown"])
def test_missing_client_address_issues_voter_tokens_and_raises_the_metric(
    five_each: Any, new_browser: Any, capsys: pytest.CaptureFixture[str], address: str | None
) -> None:
    answer = new_browser().post("/voter-token", headers={"cloudfront-viewer-address": address})
    assert answer["statusCode"] == 200
    assert counters(five_each) == []
    assert '"VoterTokensUncounted":[1.0]' in capsys.readouterr().out.replace(" ", "")


@pytest.mark.covers("T10")
def test_throttled_counter_refuses_new_voters(five_each: Any, new_browser: Any) -> None:
    answer_updates_with(five_each, 400, "ThrottlingException")
    answer = flood(new_browser, 1)[0]
    assert answer["statusCode"] == 429
    assert answer["headers"]["Retry-After"] == "2"


def test_refusal_increments_the_alarm_metric(
    five_each: Any, new_browser: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    flood(new_browser, 7)
    logged = capsys.readouterr().out.replace(" ", "")
    assert logged.count('"VoterTokensRefused":[1.0]') == 2


def test_voter_tokens_of_a_full_hall_take_one_write_each_and_hardly_any_for_the_report(
    at_noon: Any, new_browser: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(random, "random", random.Random(7).random)
    written: Counter[str] = Counter()
    client = at_noon.handler("issue_voter_token").client
    at_noon.hook(
        client,
        "before-call.dynamodb.UpdateItem",
        lambda params, **_: written.update([json.loads(params["body"])["Key"]["poll_id"]["S"].split("#")[1]]),
    )
    assert {answer["statusCode"] for answer in flood(new_browser, 400, "198.51.100.13")} == {200}
    assert written["voter-tokens"] == 400
    assert 100 <= written["issued"] <= 160
