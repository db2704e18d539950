"""A recount from end to end: votes by the workflow, the log by vote-service, the certificate here."""

import json
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from contracts.recount import Recount

from .conftest import Sockets
from .test_flows import ORGANISER, Journey
from .world import CONTEXT, Event, World


@pytest.fixture
def journey(world: World, sockets: Sockets, monkeypatch: pytest.MonkeyPatch) -> Journey:
    return Journey(world, sockets, monkeypatch)


def recount(world: World, poll_id: str, monkeypatch: pytest.MonkeyPatch) -> Recount:
    """Order a recount, carry it out with the real `read_ledger` behind it, read the outcome."""

    def invoke(*, FunctionName: str, Payload: str) -> Event:  # noqa: N803 (as boto3 spells it)
        assert FunctionName
        return {"Payload": BytesIO(json.dumps(world.invoke("read_ledger", json.loads(Payload))).encode())}

    worker: Any = world.handler("recount")
    monkeypatch.setattr(worker.reading.ledger, "_client", SimpleNamespace(invoke=invoke))
    one_by_one = replace(worker.rebuilding.recounting, reading=replace(worker.reading, at_once=1))
    monkeypatch.setattr(worker, "rebuilding", replace(worker.rebuilding, recounting=one_by_one))
    status, body, _ = world.http(
        "request_recount", f"POST /admin/api/results/{poll_id}/recount", organiser=ORGANISER
    )
    assert status == 202, body
    queue = world.environment("request_recount")["RECOUNT_QUEUE_URL"]
    (message,) = boto3.client("sqs").receive_message(QueueUrl=queue)["Messages"]
    monkeypatch.setattr(CONTEXT, "get_remaining_time_in_millis", lambda: 60_000)
    event = {"Records": [{"messageId": "m", "body": message["Body"]}]}
    assert world.invoke("recount", event) == {"batchItemFailures": []}
    status, body, _ = world.http(
        "get_admin_results", f"GET /admin/api/results/{poll_id}/certificate", organiser=ORGANISER
    )
    assert status == 200, body
    return Recount.model_validate(body)


@pytest.mark.parametrize("archived", [False, True], ids=["closed", "archived"])
@pytest.mark.parametrize(("settling", "state"), [(0, "certified"), (40, "provisional")])
def test_a_closed_poll_is_certified_once_its_log_is_sealed(
    journey: Journey,
    monkeypatch: pytest.MonkeyPatch,
    settling: int,
    state: str,
    archived: bool,
) -> None:
    monkeypatch.setattr("vote_service.domain.poll.SETTLING", timedelta(seconds=settling))
    poll_id = journey.create()
    journey.open(poll_id)
    journey.world.pump_all()
    for choice in ("a", "b", "b"):
        assert journey.vote(poll_id, choice)[0] == 201
    journey.close(poll_id)
    if archived:
        journey.archive(poll_id)
    journey.world.pump_all()
    found = recount(journey.world, poll_id, monkeypatch).certificate
    assert found is not None
    assert (found.state, found.certified, found.difference) == (state, state == "certified", 0)
    assert (found.log.a, found.log.b, found.log.invalid) == (1, 2, 0)
    assert found.log == found.counters == found.shown
