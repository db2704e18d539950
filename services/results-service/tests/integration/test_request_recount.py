"""An organiser requests a recount, sees its progress, and reads the certificate."""

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any

import pytest
from contracts.recount import Recount
from results_service.domain.recount import BucketCount, Counters, RecountJob, RecountOrder
from results_service.domain.tally import Tally
from results_service.use_cases.request_recount import RecountRequester

from .vote_logs import VoteLogDouble, order_event

type Ask = Callable[..., tuple[int, dict[str, str], dict[str, Any]]]
type Stored = Callable[..., str]
SIGNED_IN = {"sub": "b3f1", "scope": "polls/admin", "cognito:groups": "[editor]"}


@pytest.fixture
def request_recount(load: Callable[[str], ModuleType]) -> ModuleType:
    return load("request_recount")


@pytest.fixture
def get_admin_results(load: Callable[[str], ModuleType]) -> ModuleType:
    return load("get_admin_results")


def orders(aws: Any) -> list[RecountOrder]:
    found = aws.sqs.receive_message(QueueUrl=aws.recount_queue_url, MaxNumberOfMessages=10).get(
        "Messages", []
    )
    for message in found:
        aws.sqs.delete_message(QueueUrl=aws.recount_queue_url, ReceiptHandle=message["ReceiptHandle"])
    return [RecountOrder.model_validate_json(message["Body"]) for message in found]


def ask_for(ask: Ask, module: ModuleType, poll_id: str, expected: int = 202) -> Recount:
    status, headers, body = ask(module, "POST", f"/admin/api/results/{poll_id}/recount", claims=SIGNED_IN)
    assert (status, headers["Cache-Control"]) == (expected, "private, no-store"), body
    return Recount.model_validate(body)


def certificate(ask: Ask, module: ModuleType, poll_id: str) -> Recount:
    path = f"/admin/api/results/{poll_id}/certificate"
    status, _, body = ask(module, "GET", path, claims=SIGNED_IN)
    assert status == 200, body
    return Recount.model_validate(body)


def test_a_recount_is_ordered_and_its_outcome_can_be_read(
    aws: Any, request_recount: ModuleType, get_admin_results: ModuleType, stored: Stored, ask: Ask,
    load: Callable[[str], ModuleType], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    poll_id = stored("always", "closed", timedelta(minutes=-20))
    key = {"pk": {"S": poll_id}, "sk": {"S": "counter#0001#s"}}
    counts = {name: {"N": str(votes)} for name, votes in {"a": 2, "b": 3, "i": 1}.items()}
    aws.dynamodb.put_item(TableName=aws.table, Item={**key, **counts, "hwm": {"S": "9" * 40}})
    assert certificate(ask, get_admin_results, poll_id) == Recount(
        poll_id=poll_id, running=None, certificate=None
    )

    ordered = ask_for(ask, request_recount, poll_id)
    assert ordered.running is not None
    assert (ordered.running.votes_read, ordered.certificate) == (0, None)
    (order,) = orders(aws)
    assert (order.poll_id, order.recount_id, order.sealed_only) == (
        poll_id,
        ordered.running.recount_id,
        False,
    )

    recount = load("recount")
    closes_at = aws.item(poll_id, "totals")["poll"]["M"]["closes_at"]["S"]
    double = VoteLogDouble(closes_at=closes_at, logs={poll_id: "aabbbi"})
    monkeypatch.setattr(recount.log_counter.vote_log, "_client", double)
    assert recount.handler(order_event(order), aws.context) == {"batchItemFailures": []}
    found = certificate(ask, get_admin_results, poll_id)
    assert found.running is None
    assert found.certificate is not None
    assert (found.certificate.certified, found.certificate.recount_id) == (True, order.recount_id)


def test_request_during_a_recount_returns_its_progress(
    aws: Any, request_recount: ModuleType, stored: Stored, ask: Ask
) -> None:
    poll_id = stored()
    now = datetime.now(UTC)
    order = RecountOrder(poll_id=poll_id, recount_id="1-x")
    run = RecountJob(order, now - timedelta(minutes=14), 4, Counters(Tally(), Tally()))
    request_recount.requester.recounts.begin(run)
    request_recount.requester.recounts.advance(run, BucketCount(2, Tally(5, 6, 1), pages=1, done=True))
    joined = ask_for(ask, request_recount, poll_id).running
    assert joined is not None
    assert (joined.recount_id, joined.votes_read, joined.buckets_done, joined.buckets) == ("1-x", 11, 1, 4)
    assert orders(aws) == []


@pytest.mark.parametrize("at_the_same_moment", [False, True])
def test_second_request_before_the_recount_begins_joins_the_first(
    aws: Any,
    request_recount: ModuleType,
    stored: Stored,
    ask: Ask,
    monkeypatch: pytest.MonkeyPatch,
    at_the_same_moment: bool,
) -> None:
    poll_id = stored()
    first = ask_for(ask, request_recount, poll_id)
    if at_the_same_moment:  # the second request has read before the first has written
        monkeypatch.setattr(type(request_recount.requester.recounts), "ordered", lambda *_: None)
    assert ask_for(ask, request_recount, poll_id) == first
    assert {order.recount_id for order in orders(aws)} == {first.running and first.running.recount_id}


def test_order_that_never_began_does_not_block_a_new_one(
    aws: Any, request_recount: ModuleType, stored: Stored, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    poll_id = stored()
    first = ask_for(ask, request_recount, poll_id)
    monkeypatch.setattr(sys.modules[RecountRequester.__module__], "JOIN_WINDOW", timedelta(0))
    assert ask_for(ask, request_recount, poll_id) != first
    assert len({order.recount_id for order in orders(aws)}) == 2


def test_stale_recount_does_not_block_a_new_one(
    aws: Any, request_recount: ModuleType, stored: Stored, ask: Ask
) -> None:
    poll_id = stored()
    order = RecountOrder(poll_id=poll_id, recount_id="1-x")
    started = datetime.now(UTC) - timedelta(minutes=16)
    request_recount.requester.recounts.begin(RecountJob(order, started, 4, Counters(Tally(), Tally())))
    ordered = ask_for(ask, request_recount, poll_id).running
    assert ordered is not None
    assert ordered.recount_id > "1-x"
    assert [found.recount_id for found in orders(aws)] == [ordered.recount_id]


@pytest.mark.parametrize("poll", ["0" * 26, "short"])
@pytest.mark.parametrize(("method", "path"), [("POST", "recount"), ("GET", "certificate")])
def test_an_unknown_poll_is_not_found_and_nothing_is_ordered(
    aws: Any, request_recount: ModuleType, get_admin_results: ModuleType, ask: Ask, poll: str, method: str,
    path: str,
) -> None:  # fmt: skip
    module = request_recount if method == "POST" else get_admin_results
    status, _, body = ask(module, method, f"/admin/api/results/{poll}/{path}", claims=SIGNED_IN)
    assert (status, body["type"]) == (404, "/problems/unknown-poll")
    assert orders(aws) == []


def test_a_draft_has_nothing_to_recount(
    aws: Any, request_recount: ModuleType, stored: Stored, ask: Ask
) -> None:
    path = f"/admin/api/results/{stored('always', 'draft')}/recount"
    status, _, body = ask(request_recount, "POST", path, claims=SIGNED_IN)
    assert (status, body["type"]) == (409, "/problems/invalid-state")
    assert "open the poll first" in body["detail"]
    assert orders(aws) == []


def test_only_organisers_order_recounts(
    aws: Any, request_recount: ModuleType, stored: Stored, ask: Ask
) -> None:
    path = f"/admin/api/results/{stored()}/recount"
    assert ask(request_recount, "POST", path)[0] == 403
    assert ask(request_recount, "POST", path, None, {"x-origin-verify": ""}, SIGNED_IN)[0] == 403
    assert orders(aws) == []


def test_redelivered_close_orders_one_recount(
    aws: Any, load: Callable[[str], ModuleType], poll_record: Callable[..., dict[str, Any]], poll_id: str
) -> None:
    track = load("track_poll_status")
    records = [poll_record(poll_id, "opened", 2), poll_record(poll_id, "closing", 3)]
    track.handler({"Records": records}, aws.context)
    assert orders(aws) == []
    for _ in range(2):
        track.handler({"Records": [poll_record(poll_id, "closed", 4)]}, aws.context)
    first, second = orders(aws)
    assert first == second
    assert (first.poll_id, first.sealed_only) == (poll_id, True)


def test_the_order_waits_until_the_log_is_sealed(
    aws: Any, load: Callable[[str], ModuleType], poll_record: Callable[..., dict[str, Any]], poll_id: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    track, sent = load("track_poll_status"), []
    monkeypatch.setattr(track.sqs, "send_message", lambda **message: sent.append(message))
    closes_at = datetime(2026, 11, 23, 19, tzinfo=UTC)
    for after, delay in [(2, 43), (-5000, 900), (3600, 0)]:
        monkeypatch.setattr(track, "tracker", _at(track.tracker, closes_at + timedelta(seconds=after)))
        track.handler({"Records": [poll_record(poll_id, "closed", 4)]}, aws.context)
        assert sent[-1]["DelaySeconds"] == delay
        assert json.loads(sent[-1]["MessageBody"])["poll_id"] == poll_id


def _at(tracker: Any, moment: datetime) -> Any:
    return replace(tracker, updates=replace(tracker.updates, clock=lambda: moment))


@pytest.mark.covers("R27")
def test_audit_log_records_recount_orders_but_not_joined_requests(
    aws: Any, request_recount: ModuleType, stored: Stored, ask: Ask
) -> None:
    def audit_log() -> list[dict[str, Any]]:
        found = aws.dynamodb.scan(TableName="tot-test-audit-log")["Items"]
        return [item for item in found if item.get("poll_id") == {"S": poll_id}]

    poll_id = stored("always", "draft")
    ask(request_recount, "POST", f"/admin/api/results/{poll_id}/recount", claims=SIGNED_IN)
    assert audit_log() == [], "no recount was ordered"
    stored("always", "closed", timedelta(minutes=-20))
    ask_for(ask, request_recount, poll_id)
    [entry] = audit_log()
    assert [entry[name]["S"] for name in ("subject", "action")] == ["b3f1", "recount.requested"]
    orders(aws)
