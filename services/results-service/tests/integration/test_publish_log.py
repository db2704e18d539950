"""Publication through the handler: resumable, repeatable, and accepted by a verifier that is not ours."""

import os
from base64 import b64decode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from io import BytesIO
from types import ModuleType
from typing import Any

import boto3
import pytest
from aics_tlog import MemoryTileReader, audit_tiles
from contracts.enums import PollStatus, ResultVisibility, VoterPolicy
from contracts.ids import new_poll_id
from contracts.recount import Certificate, RecountState, VoteCounts
from contracts.transparency_log import CERTIFICATES, ReadReceiptHashes, ReceiptHashPage, vote_entry
from results_service.adapters.game_results_items import totals_item
from results_service.adapters.publications import Publications
from results_service.adapters.recounts import Recounts
from results_service.domain.errors import LogMismatch, StoreUnavailable
from results_service.domain.poll import Poll
from results_service.domain.publication import PollTexts, PublicationOrder
from results_service.domain.tally import Tally
from results_service.domain.totals import Totals
from testkit.signing_key import SigningKey

from .vote_logs import order_event

CLOSES = datetime(2026, 11, 23, 19, tzinfo=UTC)
RECOUNT = "1795978845000-close"
DONE: dict[str, list[Any]] = {"batchItemFailures": []}
AGAIN = {"batchItemFailures": [{"itemIdentifier": "message-1"}]}


@dataclass
class ReceiptHashesDouble:
    """A Lambda client for `read_receipt_hashes`: a number of hashes for each poll, in small pages."""

    buckets: int = 4
    page: int = 100
    closes_at: datetime = CLOSES
    votes: dict[str, int] = field(default_factory=dict)
    asked: list[ReadReceiptHashes] = field(default_factory=list)

    def hashes(self, poll_id: str) -> list[bytes]:
        return [sha256(f"{poll_id}{number}".encode()).digest() for number in range(self.votes[poll_id])]

    def invoke(self, *, FunctionName: str, Payload: str) -> dict[str, Any]:  # noqa: N803 (as boto3 spells it)
        assert FunctionName == "read-receipt-hashes"
        request = ReadReceiptHashes.model_validate_json(Payload)
        self.asked.append(request)
        bucket = self.hashes(request.poll_id)[request.bucket :: self.buckets]
        start = int(request.cursor or 0)
        more = start + self.page < len(bucket)
        page = ReceiptHashPage(
            poll_id=request.poll_id,
            bucket=request.bucket,
            buckets=self.buckets,
            hashes=tuple(hash_.hex() for hash_ in bucket[start : start + self.page]),
            cursor=str(start + self.page) if more else None,
            closes_at=self.closes_at,
        )
        return {"Payload": BytesIO(page.model_dump_json().encode())}


@pytest.fixture
def publish(aws: Any, load: Callable[[str], ModuleType], monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.setenv("ENVIRONMENT_NAME", "test")
    monkeypatch.setenv("LOG_KEY_ID", "log-key")
    monkeypatch.setenv("READ_RECEIPT_HASHES_FUNCTION_ARN", "read-receipt-hashes")
    SigningKey()
    module = load("publish_log")
    double = ReceiptHashesDouble()
    monkeypatch.setattr(module.hashes, "_client", double)
    module.double = double  # type: ignore[attr-defined]
    return module


@pytest.fixture
def certified(aws: Any, publish: ModuleType) -> Callable[..., PublicationOrder]:
    """Store a poll that a recount has certified with this number of votes."""

    def put(votes: int, counted: int | None = None) -> PublicationOrder:
        poll_id = new_poll_id()
        publish.double.votes[poll_id] = votes
        poll = Poll(
            poll_id=poll_id, status=PollStatus.CLOSED, result_visibility=ResultVisibility.AFTER_CLOSE,
            opens_at=CLOSES - timedelta(hours=1), closes_at=CLOSES, revision=3,
        )  # fmt: skip
        key = {"pk": {"S": poll_id}, "sk": {"S": "totals"}}
        item = totals_item(Totals(poll_id, Tally(votes, 0, 0), poll, 7, CLOSES))
        aws.dynamodb.put_item(TableName=aws.table, Item={**key, **item})
        counts = VoteCounts(a=votes if counted is None else counted, b=0, invalid=0)
        certificate = Certificate(
            poll_id=poll_id, recount_id=RECOUNT, state=RecountState.CERTIFIED, certified=True, reason="",
            log=counts, counters=counts, shown=counts, difference=0, closes_at=CLOSES, started_at=CLOSES,
            finished_at=CLOSES,
        )  # fmt: skip
        Recounts(aws.dynamodb, aws.table).certify(certificate, over=False)
        Publications(aws.dynamodb, aws.table).keep_texts(
            poll_id,
            PollTexts(
                question="Q?", option_a="A", option_b="B", policy=VoterPolicy.CODE, proof_of_work=False
            ),
        )
        return PublicationOrder(poll_id=poll_id, recount_id=RECOUNT)

    return put


def carry_out(module: ModuleType, aws: Any, order: PublicationOrder) -> dict[str, Any]:
    answer: dict[str, Any] = module.handler(order_event(order), aws.context)
    return answer


def files_of(name: str, prefix: str = "logs") -> dict[str, bytes]:
    s3, start, bucket = boto3.client("s3"), f"{prefix}/{name}/", os.environ["LOGS_BUCKET"]
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=start)
    return {
        each["Key"].removeprefix(start): s3.get_object(Bucket=bucket, Key=each["Key"])["Body"].read()
        for page in pages
        for each in page.get("Contents", [])
    }


def assert_complete(module: ModuleType, poll_id: str) -> None:
    files = files_of(poll_id)
    _, size, root = files["checkpoint"].decode().split("\n")[:3]
    hashes = sorted(module.double.hashes(poll_id))
    assert int(size) == len(hashes)
    audit_tiles(MemoryTileReader(files), len(hashes), b64decode(root))
    written = b"".join(files[name] for name in sorted(files) if name.startswith("tile/entries/"))
    entries = [vote_entry(poll_id, hash_) for hash_ in hashes]
    assert written == b"".join(len(entry).to_bytes(2) + entry for entry in entries)


@pytest.mark.parametrize("votes", [0, 1, 257, 1_500])
def test_log_has_every_receipt_sorted_and_the_build_leaves_no_interim_file(
    aws: Any, publish: ModuleType, certified: Callable[..., PublicationOrder], votes: int
) -> None:
    order = certified(votes)
    assert carry_out(publish, aws, order) == DONE
    assert_complete(publish, order.poll_id)
    assert files_of(order.poll_id, "build") == {}


def test_build_that_runs_out_of_time_continues_without_reading_a_bucket_twice(
    aws: Any,
    publish: ModuleType,
    certified: Callable[..., PublicationOrder],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A minute has passed at each look at the clock, so every invocation does one part."""
    monkeypatch.setattr("results_service.use_cases.build_log.BUNDLES_AT_ONCE", 1)
    order, answers = certified(1_500), []
    for _ in range(12):
        looks = iter([60_000] * 3 + [0] * 9)
        monkeypatch.setattr(
            type(aws.context), "get_remaining_time_in_millis", lambda _, left=looks: next(left), raising=False
        )
        answers.append(carry_out(publish, aws, order))
        if answers[-1] == DONE:
            break
    assert answers[0] == AGAIN
    assert answers[-1] == DONE
    assert_complete(publish, order.poll_id)
    read = [(asked.bucket, asked.cursor) for asked in publish.double.asked]
    assert len(read) == len(set(read)) + 1, "only the first page, for the number of buckets, is read twice"


def test_concurrent_publications_of_many_polls_leave_one_log_with_each_certificate_once(
    aws: Any, publish: ModuleType, certified: Callable[..., PublicationOrder], atomic_calls: None
) -> None:
    orders = [certified(votes) for votes in (1, 2, 3)]
    before = files_of(CERTIFICATES).get("checkpoint", b"\n0\n").decode().split("\n")[1]
    with ThreadPoolExecutor(6) as threads:
        answers = list(
            threads.map(lambda order: publish.publisher.carry_out(order, lambda: True), orders * 2)
        )
    assert all(answers)
    files = files_of(CERTIFICATES)
    _, size, root = files["checkpoint"].decode().split("\n")[:3]
    assert int(size) == int(before) + 3
    audit_tiles(MemoryTileReader(files), int(size), b64decode(root))


@pytest.mark.parametrize("step", ["publish", "_publish_certificate_log", "record", "sign", "publish_tiles"])
def test_failure_at_any_step_is_repaired_by_the_next_delivery(
    aws: Any,
    publish: ModuleType,
    certified: Callable[..., PublicationOrder],
    monkeypatch: pytest.MonkeyPatch,
    step: str,
) -> None:
    order = certified(300)
    publisher = publish.publisher
    owner = next(
        part
        for part in (publisher.files, publisher.publications, publisher.signer, publisher)
        if hasattr(part, step)
    )
    with monkeypatch.context() as failing:
        failing.setattr(type(owner), step, _fail)
        assert carry_out(publish, aws, order) == AGAIN
    assert carry_out(publish, aws, order) == DONE
    assert_complete(publish, order.poll_id)


def _fail(*_: Any) -> None:
    raise StoreUnavailable("planted")


def test_close_that_vote_service_does_not_know_yet_is_awaited(
    aws: Any, publish: ModuleType, certified: Callable[..., PublicationOrder]
) -> None:
    order = certified(2)
    publish.double.closes_at = CLOSES + timedelta(minutes=5)
    assert carry_out(publish, aws, order) == AGAIN
    publish.double.closes_at = CLOSES
    assert carry_out(publish, aws, order) == DONE


def test_receipts_that_are_not_as_many_as_the_votes_raise_an_error(
    aws: Any, publish: ModuleType, certified: Callable[..., PublicationOrder]
) -> None:
    with pytest.raises(LogMismatch, match="2 receipts, the certificate 3 votes"):
        carry_out(publish, aws, certified(2, counted=3))
