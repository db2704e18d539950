"""A write is sent again by the SDK after a lost response, and recognises itself."""

from collections.abc import Callable
from datetime import timedelta
from types import ModuleType
from typing import Any

import boto3
import pytest
from chassis.aws import AWS_CONFIG
from contracts.key_ring import KeyRing
from contracts.tally import TallyChanged
from contracts.visibility import Scope
from realtime_service.adapters.audience import Audience
from realtime_service.adapters.results_snapshots import Snapshots
from realtime_service.adapters.tickets import Tickets
from realtime_service.adapters.windows import Windows
from realtime_service.domain.subscriber import Subscriber
from realtime_service.domain.ticket import BadTicket, Ticket, mint_ticket
from realtime_service.domain.window import OpenWindow
from testkit.events import handshake_event
from testkit.lost_answers import first_answers_lost

from .conftest import NOW

TABLE = "tot-test-web-socket-connections"


@pytest.fixture
def table(aws: Any) -> tuple[Any, str]:
    return boto3.client("dynamodb", config=AWS_CONFIG), TABLE


def test_ticket_opens_its_own_socket_only_after_a_lost_write_response(table: tuple[Any, str]) -> None:
    ticket = Ticket("ticket-1", Subscriber(Scope.PUBLIC), NOW + timedelta(seconds=30))
    tickets = Tickets(*table)
    with first_answers_lost() as lost:
        tickets.use(ticket, "c1")
    assert lost == ["PutItem"]
    tickets.use(ticket, "c1")
    with pytest.raises(BadTicket):
        tickets.use(ticket, "c2")


def test_authorizer_admits_a_handshake_after_a_lost_write_response(
    aws: Any, load: Callable[[str], ModuleType], keys: KeyRing
) -> None:
    ticket, _ = mint_ticket(keys, Subscriber(Scope.PUBLIC), NOW)
    event = handshake_event(ticket, {"Origin": "https://vote.example.com", "X-Origin-Verify": "edge"})
    with first_answers_lost() as lost:
        answer = load("authorize_connection").handler(event, aws.context)
    assert lost == ["PutItem"]
    assert answer["policyDocument"]["Statement"][0]["Effect"] == "Allow"


def test_audience_size_is_broadcast_after_a_lost_write_response(table: tuple[Any, str]) -> None:
    sizes, now = Audience(*table), NOW
    with first_answers_lost() as lost:
        assert sizes.moved(7, now)
    assert lost == ["PutItem"]
    assert not sizes.moved(7, now + timedelta(seconds=20))


def test_claim_to_compare_a_count_holds_after_a_lost_write_response(table: tuple[Any, str]) -> None:
    audience = Audience(*table)
    (seen,) = audience.counts(1)
    with first_answers_lost() as lost:
        assert audience.claim_check(seen, NOW)
    assert lost == ["UpdateItem"]
    assert not audience.claim_check(seen, NOW + timedelta(seconds=1))


def test_window_is_begun_by_the_write_whose_response_was_lost(table: tuple[Any, str], poll_id: str) -> None:
    windows, second = Windows(*table), timedelta(seconds=1)
    with first_answers_lost() as lost:
        assert windows.begin(poll_id, NOW, second) is None
    assert lost == ["UpdateItem"]
    assert windows.begin(poll_id, NOW, second) == OpenWindow(1, NOW + second, awaited=False)
    with first_answers_lost():
        assert windows.follow(poll_id, 1, NOW + second, second, again=False)
    assert windows.begin(poll_id, NOW, second) == OpenWindow(2, NOW + 2 * second, awaited=False)


def test_snapshot_is_broadcast_after_a_lost_write_response(
    table: tuple[Any, str], tally: Callable[..., TallyChanged], poll_id: str
) -> None:
    with first_answers_lost() as lost:
        assert Snapshots(*table).keep(tally(poll_id, 4)).announced is None
    assert lost == ["UpdateItem", "PutItem"]
