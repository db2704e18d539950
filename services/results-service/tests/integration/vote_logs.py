"""A test double of vote-service's `read_vote_log`: paged buckets, with delays and failures."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from contracts.enums import Choice
from contracts.events import VoteCast
from contracts.model import Instant
from contracts.vote_log import ReadVoteLog, VoteLogPage, VoteLogRefusal, VoteLogRefused
from pydantic import TypeAdapter
from testkit.events import queue_event

VOTED_AT = datetime(2026, 11, 23, 18, 30, tzinfo=UTC)


@dataclass
class VoteLogDouble:
    """A Lambda client for one function.

    A log's entry is `a`, `b`, or `i` for an invalid record; `A` and `B` are votes recorded at `late`.
    """

    closes_at: str | None = "2026-11-23T19:00:00.000Z"
    sealed: bool = True
    buckets: int = 4
    page: int = 3
    late: datetime = VOTED_AT
    logs: dict[str, str] = field(default_factory=dict)
    before_answer: Callable[[ReadVoteLog], None] = lambda _: None
    asked: list[ReadVoteLog] = field(default_factory=list)

    def invoke(self, *, FunctionName: str, Payload: str) -> dict[str, Any]:  # noqa: N803 (as boto3 spells it)
        assert FunctionName == "read-vote-log"
        request = ReadVoteLog.model_validate_json(Payload)
        self.asked.append(request)
        self.before_answer(request)
        return {"StatusCode": 200, "Payload": BytesIO(self._answer(request).model_dump_json().encode())}

    def _answer(self, request: ReadVoteLog) -> VoteLogPage | VoteLogRefused:
        if request.poll_id not in self.logs:
            return VoteLogRefused(reason=VoteLogRefusal.UNKNOWN_POLL, detail="unknown")
        if request.bucket >= self.buckets:
            return VoteLogRefused(reason=VoteLogRefusal.NO_SUCH_BUCKET, detail="no such bucket")
        log = self.logs[request.poll_id][request.bucket :: self.buckets]
        start = int(request.cursor or 0)
        found = log[start : start + self.page]
        return VoteLogPage(
            poll_id=request.poll_id,
            bucket=request.bucket,
            buckets=self.buckets,
            events=tuple(
                VoteCast(
                    poll_id=request.poll_id,
                    choice=Choice(vote.lower()),
                    recorded_at=self.late if vote.isupper() else VOTED_AT,
                )
                for vote in found
                if vote != "i"
            ),
            invalid=found.count("i"),
            cursor=str(start + self.page) if start + self.page < len(log) else None,
            sealed=self.sealed,
            closes_at=TypeAdapter(Instant | None).validate_python(self.closes_at),
        )


def order_event(*orders: Any) -> dict[str, Any]:
    """Make the SQS event that delivers orders."""
    return queue_event(*(order if isinstance(order, str) else order.model_dump_json() for order in orders))


def emitted(output: str, metric: str) -> list[float]:
    """Return the values of a metric in the printed output."""
    lines = [json.loads(line) for line in output.splitlines() if line.startswith("{")]
    found = [line[metric] for line in lines if "_aws" in line and metric in line]
    return [value for values in found for value in (values if isinstance(values, list) else [values])]
