"""`GET /admin/api/polls/{poll_id}/abuse`: the report, and its anonymity."""

import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from contracts.abuse import AbuseReport
from contracts.enums import PollStatus, VoterPolicy
from contracts.ids import new_poll_id
from contracts.problem import Problem
from vote_service.domain.vote_decision import RecordedVote, SubmittedVote

NOON = datetime(2026, 6, 1, 12, 0, 7, tzinfo=UTC)


@pytest.fixture
def poll_id(open_poll: Any) -> str:
    return str(open_poll(VoterPolicy.DEVICE, opens=-3600).poll_id)


@pytest.fixture
def report(organiser: Any) -> Callable[[str], AbuseReport]:
    def ask(poll_id: str) -> AbuseReport:
        answer = organiser.abuse(poll_id)
        assert answer["statusCode"] == 200, answer["body"]
        return AbuseReport.model_validate(answer["json"])

    return ask


@pytest.fixture
def quick_votes(stack: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Record each vote without running the workflow, because these tests cast many votes."""

    def run(vote: SubmittedVote) -> RecordedVote:
        return RecordedVote(
            outcome="recorded", choice=vote.choice, receipt=vote.receipt, recorded_at=datetime.now(UTC)
        )

    monkeypatch.setattr(stack.handler("vote_wrapper").vote_caster.workflow, "run", run)


def votes_from(new_browser: Any, poll_id: str, address: str, count: int) -> None:
    for _ in range(count):
        browser = new_browser(address)
        browser.post("/voter-token")
        assert browser.vote(poll_id)["statusCode"] == 201


def items(stack: Any, prefix: str) -> list[dict[str, Any]]:
    found = stack.dynamodb.scan(TableName=stack.refs["VotingStateTable"])["Items"]
    return [item for item in found if item["poll_id"]["S"].startswith(prefix)]


def test_a_quiet_poll_has_nothing_to_report(report: Any, poll_id: str) -> None:
    found = report(poll_id)
    assert (found.votes, found.all_votes, found.busiest_second) == (0, True, None)
    assert found.refused.model_dump() == {"already_voted": 0, "invalid_code": 0}
    assert (found.networks, found.codes, found.policy, found.proof_of_work) == (None, None, "device", False)
    assert found.new_voters is not None
    assert (found.new_voters.issued, found.new_voters.refused) == (0, 0)


def test_report_contains_the_votes_and_their_busiest_second(
    stack: Any, report: Any, new_browser: Any, open_poll: Any
) -> None:
    poll_id = open_poll(VoterPolicy.DEVICE, opens=None).poll_id
    for second, count in ((0, 1), (1, 3), (5, 2)):
        stack.set_clock(NOON + timedelta(seconds=second, milliseconds=250))
        votes_from(new_browser, poll_id, "192.0.2.1", count)
    found = report(poll_id)
    assert (found.votes, found.all_votes) == (6, True)
    assert found.busiest_second is not None
    assert (found.busiest_second.starts_at, found.busiest_second.votes) == (NOON + timedelta(seconds=1), 3)


def test_votes_with_another_choice_are_counted_and_retries_are_not(
    report: Any, voter: Any, poll_id: str
) -> None:
    for choice in ("a", "a", "b", "b"):
        voter.vote(poll_id, choice)
    found = report(poll_id)
    assert (found.votes, found.refused.already_voted, found.refused.invalid_code) == (1, 2, 0)


def test_wrong_and_used_codes_are_counted_together_and_used_codes_of_all_minted(
    report: Any, organiser: Any, browser: Any, by_code: str
) -> None:
    codes = organiser.codes(by_code, 5)
    one, other = browser(), browser()
    assert one.vote(by_code, code=codes[0])["statusCode"] == 201
    other.vote(by_code, code=codes[0])
    other.vote(by_code, code="00000-00000-00000-00000-00000")
    found = report(by_code)
    assert (found.refused.invalid_code, found.refused.already_voted) == (2, 0)
    assert found.codes is not None
    assert (found.codes.minted, found.codes.used) == (5, 1)


@pytest.mark.usefixtures("quick_votes")
def test_network_with_most_votes_is_reported_anonymously(
    stack: Any, report: Any, new_browser: Any, poll_id: str
) -> None:
    votes_from(new_browser, poll_id, "198.51.100.10", 30)
    for number in range(10):
        votes_from(new_browser, poll_id, f"203.0.113.{number}", 1)
    found = report(poll_id).networks
    assert found is not None
    assert found.votes == 40
    assert 75 <= found.largest_percent <= 80  # another network may share its group
    assert 10 <= found.networks <= 12
    published = json.dumps(items(stack, "#abuse#")) + found.model_dump_json()
    assert "198.51" not in published
    assert "203.0" not in published


@pytest.mark.usefixtures("quick_votes")
def test_networks_are_not_reported_for_few_votes(report: Any, new_browser: Any, poll_id: str) -> None:
    votes_from(new_browser, poll_id, "198.51.100.10", 19)
    assert report(poll_id).networks is None
    votes_from(new_browser, poll_id, "198.51.100.10", 1)
    assert report(poll_id).networks is not None


@pytest.mark.covers("T19")
@pytest.mark.usefixtures("quick_votes")
def test_counters_hold_no_choice_and_expire(stack: Any, new_browser: Any, poll_id: str) -> None:
    votes_from(new_browser, poll_id, "198.51.100.10", 2)
    [item] = items(stack, "#abuse#")
    group = next(name for name in item if name.startswith("group_"))
    assert item.keys() == {"poll_id", "votes", group, "expires_at"}
    left = int(item["expires_at"]["N"]) - datetime.now(UTC).timestamp()
    assert timedelta(days=89).total_seconds() < left <= timedelta(days=90).total_seconds()


def test_voter_tokens_are_counted_for_all_polls_in_whole_quarters_of_an_hour(
    stack: Any, report: Any, new_browser: Any, open_poll: Any
) -> None:
    stack.set_parameter("NewVotersPerNetwork", "3")
    stack.set_clock(datetime.now(UTC))
    poll_id = open_poll(VoterPolicy.DEVICE, opens=-3600).poll_id
    for _ in range(5):
        new_browser().post("/voter-token")
    found = report(poll_id).new_voters
    assert found is not None
    assert (found.issued, found.refused) == (3, 2)
    assert found.since.timestamp() % 900 == found.until.timestamp() % 900 == 0
    assert timedelta(hours=1) <= found.until - found.since <= timedelta(hours=1, minutes=30)


def test_new_voters_of_a_long_poll_cover_its_last_three_days(report: Any, open_poll: Any) -> None:
    found = report(open_poll(VoterPolicy.DEVICE, opens=-30 * 86_400).poll_id).new_voters
    assert found is not None
    assert found.until - found.since == timedelta(days=3)


def test_poll_that_is_not_open_yet_has_no_new_voters(
    stack: Any, report: Any, make_poll: Any, open_poll: Any
) -> None:
    draft = make_poll(PollStatus.DRAFT, opens=None, revision=1, proof_of_work=True)
    stack.track(draft)
    assert report(draft.poll_id).new_voters is None
    assert report(draft.poll_id).proof_of_work is True
    assert report(open_poll(VoterPolicy.DEVICE, opens=3600).poll_id).new_voters is None


def test_very_large_log_is_read_in_part_and_marked_so(
    stack: Any, report: Any, new_browser: Any, organiser: Any, by_code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for code in organiser.codes(by_code, 6):
        browser = new_browser()
        browser.post("/voter-token")
        assert browser.vote(by_code, code=code)["statusCode"] == 201
    monkeypatch.setattr("vote_service.use_cases.report_abuse.MAX_VOTES", 3)
    found = report(by_code)
    assert found.all_votes is False
    assert 3 <= found.votes < 6
    assert found.codes is not None
    assert found.codes.used is None


@pytest.mark.parametrize(
    "event",
    [{"S": "x"}, {"M": {}}, {"M": {"recorded_at": {"N": "1"}}}, {"M": {"recorded_at": {"S": "soon"}}}],
)
def test_invalid_entries_of_the_log_are_left_out(
    stack: Any, report: Any, voter: Any, poll_id: str, event: dict[str, Any]
) -> None:
    voter.vote(poll_id)
    odd = {"pk": {"S": f"{poll_id}#3"}, "sk": {"S": "odd"}, "event": event}
    stack.dynamodb.put_item(TableName=stack.refs["VotesLogTable"], Item=odd)
    assert report(poll_id).votes == 1


def test_unknown_poll_returns_not_found(organiser: Any) -> None:
    for poll_id in (new_poll_id(), "x"):
        answer = organiser.abuse(poll_id)
        assert answer["statusCode"] == 404
        assert Problem.model_validate(answer["json"]).type == "/problems/unknown-poll"


def test_abuse_counting_costs_one_write_and_no_read(stack: Any, voter: Any, poll_id: str) -> None:
    calls: Counter[str] = Counter()
    abuse_client = stack.handler("vote_wrapper").vote_caster.abuse_recorder.abuse_signals._counters._client
    for client in (abuse_client, stack.handler("vote_wrapper").client):
        stack.hook(client, "before-call.dynamodb", lambda model, **_: calls.update([model.name]))
    assert voter.vote(poll_id)["statusCode"] == 201
    assert calls == {"GetItem": 1, "UpdateItem": 1}


@pytest.mark.parametrize(("status", "code"), [(500, "InternalServerError"), (400, "ThrottlingException")])
def test_failed_abuse_counting_fails_no_vote(
    stack: Any, voter: Any, poll_id: str, status: int, code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def answer(**_: Any) -> tuple[AWSResponse, dict[str, Any]]:
        return AWSResponse("", status, HTTPHeaders(), None), {"Error": {"Code": code, "Message": "simulated"}}

    client = stack.handler("vote_wrapper").vote_caster.abuse_recorder.abuse_signals._counters._client
    stack.hook(client, "before-call.dynamodb.UpdateItem", answer)
    assert [voter.vote(poll_id, choice)["statusCode"] for choice in ("a", "a", "b")] == [201, 200, 409]
    logged = capsys.readouterr().out.replace(" ", "")
    assert logged.count('"AbuseCountsDropped":[1.0]') == 2


def test_vote_without_a_client_address_is_recorded(stack: Any, voter: Any, poll_id: str) -> None:
    voter.is_seen_at(None)
    assert voter.vote(poll_id)["statusCode"] == 201
    assert items(stack, "#abuse#") == []
