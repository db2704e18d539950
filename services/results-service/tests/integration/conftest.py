"""Fixtures for tests through whole handlers."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Lock
from types import ModuleType
from typing import Any

import pytest
from contracts.enums import PollStatus, ResultVisibility, VoterPolicy
from contracts.events import (
    PollArchived,
    PollClosed,
    PollClosing,
    PollCreated,
    PollDeleted,
    PollEvent,
    PollOpened,
)
from contracts.stream import event_attribute
from moto.core.botocore_stubber import BotocoreStubber
from results_service.adapters.game_results_items import totals_item
from results_service.domain.poll import Poll
from results_service.domain.tally import Tally
from results_service.domain.totals import Totals
from testkit.events import http_event, stream_record

NOW = datetime.now(UTC)
OPENS, CLOSES = "2026-11-23T18:00:00.000Z", "2026-11-23T19:00:00.000Z"
EVENTS: dict[str, tuple[type[PollEvent], PollStatus, str | None, str | None]] = {
    "created": (PollCreated, PollStatus.DRAFT, None, None),
    "opened": (PollOpened, PollStatus.OPEN, OPENS, None),
    "closing": (PollClosing, PollStatus.OPEN, OPENS, CLOSES),
    "closed": (PollClosed, PollStatus.CLOSED, OPENS, CLOSES),
    "archived": (PollArchived, PollStatus.CLOSED, OPENS, CLOSES),
    "deleted": (PollDeleted, PollStatus.DRAFT, OPENS, CLOSES),
}


@pytest.fixture
def atomic_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    """Serialise calls to the emulation: it checks and writes in two steps, AWS in one."""
    handle, turn = BotocoreStubber.__call__, Lock()

    def in_turn(*args: Any, **kwargs: Any) -> Any:
        with turn:
            return handle(*args, **kwargs)

    monkeypatch.setattr(BotocoreStubber, "__call__", in_turn)


@pytest.fixture(scope="session")
def poll_record() -> Callable[..., dict[str, Any]]:
    """Make the Polls stream's record of one change of a poll."""

    def record(poll_id: str, change: str, revision: int) -> dict[str, Any]:
        model, status, opens_at, closes_at = EVENTS[change]
        texts = {"question": "This or that?", "option_a": "this", "option_b": "that"}
        event = model.model_validate(
            {
                **({} if model is PollDeleted else texts),
                "poll_id": poll_id,
                "status": status,
                "opens_at": opens_at,
                "closes_at": closes_at,
                "policy": VoterPolicy.DEVICE,
                "result_visibility": ResultVisibility.AFTER_CLOSE,
                "revision": revision,
                "occurred_at": OPENS,
            }
        )
        name = "INSERT" if change == "created" else "MODIFY"
        image = {"event": event_attribute(event)}
        return stream_record({"poll_id": poll_id}, image, name=name, number=revision)

    return record


@pytest.fixture
def stored(aws: Any, poll_id: str) -> Callable[..., str]:
    """Put totals with 2 and 3 votes into the table, as counting leaves them; return the poll's id."""

    def put(
        visibility: str = "always",
        status: str = "open",
        closes_in: timedelta | None = timedelta(days=1),
        *,
        show_turnout: bool = False,
    ) -> str:
        closes_at = None if closes_in is None else NOW + closes_in
        poll = Poll(
            poll_id=poll_id, status=PollStatus(status), result_visibility=ResultVisibility(visibility),
            opens_at=NOW, closes_at=closes_at, revision=2, show_turnout=show_turnout,
        )  # fmt: skip
        item = totals_item(Totals(poll_id, Tally(2, 3, 1), poll, 7, NOW))
        key = {"pk": {"S": poll_id}, "sk": {"S": "totals"}}
        aws.dynamodb.put_item(TableName=aws.table, Item={**key, **item})
        return poll_id

    return put


@pytest.fixture
def ask(aws: Any) -> Callable[..., tuple[int, dict[str, str], dict[str, Any]]]:
    """Send a request as API Gateway does (payload 2.0); return status, headers and body."""

    def send(
        function: ModuleType,
        method: str,
        path: str,
        body: object = None,
        headers: dict[str, str] | None = None,
        claims: dict[str, str] | None = None,
    ) -> tuple[int, dict[str, str], dict[str, Any]]:
        sent = {"x-origin-verify": "edge", "content-type": "application/json", **(headers or {})}
        event = http_event(method, path, body, headers=sent, claims=claims or {}, route="$default")
        answer = function.handler(event, aws.context)
        return answer["statusCode"], answer["headers"], json.loads(answer["body"])

    return send
