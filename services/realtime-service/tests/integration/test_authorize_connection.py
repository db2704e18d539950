"""The `$connect` authorizer, with a real table of used tickets."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count
from threading import Barrier, Lock
from types import ModuleType
from typing import Any

import pytest
from contracts.ids import new_poll_id
from contracts.key_ring import KeyRing
from contracts.results_pass import mint_results_pass
from contracts.visibility import Scope
from moto.dynamodb.models import DynamoDBBackend
from realtime_service.domain.subscriber import Subscriber
from realtime_service.domain.ticket import mint_ticket
from testkit.events import handshake_event

from .conftest import NOW

ARN = handshake_event(None)["methodArn"]
SITE = "https://vote.example.com"
HEADERS = {"Origin": SITE, "X-Origin-Verify": "edge", "Host": "abc.execute-api.eu-central-1.amazonaws.com"}

type Ask = Callable[..., dict[str, Any]]


@pytest.fixture
def ask(aws: Any, load: Callable[[str], ModuleType]) -> Ask:
    """Call the authorizer with a handshake, as API Gateway does."""
    authorizer = load("authorize_connection")
    numbers = count(1)

    def handshake(ticket: str | None, headers: dict[str, str] | None = None) -> dict[str, Any]:
        event = handshake_event(ticket, HEADERS if headers is None else headers)
        event["requestContext"]["connectionId"] = f"c{next(numbers)}"
        answer: dict[str, Any] = authorizer.handler(event, aws.context)
        return answer

    return handshake


def effect(answer: dict[str, Any]) -> str:
    (statement,) = answer["policyDocument"]["Statement"]
    assert statement["Resource"] == ARN
    return str(statement["Effect"])


@pytest.fixture
def ticket(keys: KeyRing) -> str:
    return mint_ticket(keys, Subscriber(Scope.PUBLIC), NOW)[0]


def test_a_fresh_ticket_opens_a_socket_in_its_role(ask: Ask, keys: KeyRing, poll_id: str) -> None:
    voter = Subscriber(Scope.VOTER, poll_id)
    for subscriber in (Subscriber(Scope.PUBLIC), voter, Subscriber(Scope.ORGANISER)):
        answer = ask(mint_ticket(keys, subscriber, NOW)[0])
        assert effect(answer) == "Allow"
        assert Subscriber.from_context(answer["context"]) == subscriber


@pytest.mark.covers("T16")
def test_a_ticket_opens_one_socket(ask: Ask, ticket: str, aws: Any) -> None:
    assert [effect(ask(ticket)) for _ in range(3)] == ["Allow", "Deny", "Deny"]
    assert len(aws.items()) == 1


@pytest.mark.filterwarnings("ignore:No application metrics")  # its threads share one process's metrics
def test_concurrent_handshakes_with_one_ticket_admit_exactly_one(
    ask: Ask, ticket: str, aws: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    # DynamoDB decides a conditional write in one step; moto checks, then writes.
    put_item, one_at_a_time = DynamoDBBackend.put_item, Lock()

    def put_item_in_one_step(*args: Any, **kwargs: Any) -> Any:
        with one_at_a_time:
            return put_item(*args, **kwargs)

    monkeypatch.setattr(DynamoDBBackend, "put_item", put_item_in_one_step)
    assert effect(ask("so that all that is loaded once is loaded")) == "Deny"
    start = Barrier(20)

    def come(_: int) -> str:
        start.wait()
        return effect(ask(ticket))

    with ThreadPoolExecutor(20) as racers:
        assert sorted(racers.map(come, range(20))) == ["Allow"] + ["Deny"] * 19
    assert len(aws.items()) == 1


def test_a_ticket_with_any_one_bit_changed_opens_nothing_and_stays_unused(
    ask: Ask, ticket: str, aws: Any
) -> None:
    effects = {
        effect(ask(ticket[:position] + chr(ord(ticket[position]) ^ 1 << bit) + ticket[position + 1 :]))
        for position in range(len(ticket))
        for bit in range(8)
    }
    assert effects == {"Deny"}
    assert aws.items() == []
    assert effect(ask(ticket)) == "Allow"


@pytest.mark.covers("T23")
@pytest.mark.parametrize(
    "raise_it",
    [
        lambda text, poll, other: text.replace(".voter.", ".organiser."),
        lambda text, poll, other: text.replace(f".voter.{poll}.", ".organiser.-."),
        lambda text, poll, other: text.replace(f".voter.{poll}.", ".public.-."),
        lambda text, poll, other: text.replace(poll, other),
        lambda text, poll, other: f"{text}.organiser",
        lambda text, poll, other: text.replace("v1.", "v1.organiser.", 1),
    ],
)
def test_a_voters_ticket_cannot_be_raised_by_editing_it(
    ask: Ask, keys: KeyRing, poll_id: str, aws: Any, raise_it: Callable[..., str]
) -> None:
    text = mint_ticket(keys, Subscriber(Scope.VOTER, poll_id), NOW)[0]
    raised = raise_it(text, poll_id, new_poll_id())
    assert raised != text
    assert effect(ask(raised)) == "Deny"
    assert aws.items() == []


def test_a_ticket_outlives_a_rotation_and_ends_with_its_key(
    ask: Ask, keys: KeyRing, pass_secret: Callable[[dict[str, str]], None]
) -> None:
    now = NOW
    first, second = (mint_ticket(keys, Subscriber(Scope.PUBLIC), now)[0] for _ in range(2))
    pass_secret({"current": "k3", "k2": "the key of now", "k3": "a new one"})
    assert effect(ask(first)) == "Allow"
    pass_secret({"current": "k3", "k3": "a new one"})
    assert effect(ask(second)) == "Deny"


def test_used_ticket_expires_after_its_own_expiry(ask: Ask, ticket: str, aws: Any) -> None:
    ask(ticket)
    (used,) = aws.items()
    kept_for = int(used["expires_at"]["N"]) - NOW.timestamp()
    assert 30 < kept_for < 24 * 3600
    assert ticket not in json.dumps(used)


def test_an_expired_ticket_opens_nothing(ask: Ask, keys: KeyRing, aws: Any) -> None:
    text, _ = mint_ticket(keys, Subscriber(Scope.PUBLIC), NOW - timedelta(seconds=31))
    assert effect(ask(text)) == "Deny"
    assert aws.items() == []


def test_a_forged_role_opens_nothing(ask: Ask, ticket: str, aws: Any) -> None:
    assert effect(ask(ticket.replace(".public.", ".organiser."))) == "Deny"
    assert aws.items() == []


def test_a_ticket_of_another_key_or_purpose_opens_nothing(ask: Ask, keys: KeyRing, poll_id: str) -> None:
    now = NOW
    stranger = KeyRing.read({"current": "k2", "k2": "not our key"})
    assert effect(ask(mint_ticket(stranger, Subscriber(Scope.ORGANISER), now)[0])) == "Deny"
    assert effect(ask(mint_results_pass(keys, poll_id, now))) == "Deny"


@pytest.mark.parametrize("text", [None, "", "nonsense", "v1.....", "ü" * 20])
def test_handshake_without_valid_ticket_is_denied(ask: Ask, text: str | None) -> None:
    assert effect(ask(text)) == "Deny"


@pytest.mark.covers("T9")
@pytest.mark.parametrize(
    "changed",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "http://vote.example.com"},
        {"Origin": ""},
        {"X-Origin-Verify": "guess"},
        {"X-Origin-Verify": ""},
    ],
    ids=str,
)
def test_handshake_from_another_origin_or_past_the_edge_is_denied_and_leaves_the_ticket_unused(
    ask: Ask, ticket: str, aws: Any, changed: dict[str, str]
) -> None:
    assert effect(ask(ticket, {**HEADERS, **changed})) == "Deny"
    assert aws.items() == []
    assert effect(ask(ticket)) == "Allow"


@pytest.mark.parametrize("missing", ["Origin", "X-Origin-Verify"])
def test_handshake_with_missing_header_is_denied(ask: Ask, ticket: str, missing: str) -> None:
    assert effect(ask(ticket, {name: value for name, value in HEADERS.items() if name != missing})) == "Deny"


def test_header_names_count_in_any_case(ask: Ask, ticket: str) -> None:
    assert effect(ask(ticket, {name.upper(): value for name, value in HEADERS.items()})) == "Allow"


@pytest.mark.covers("T16")
def test_no_log_line_holds_a_ticket(ask: Ask, ticket: str, caplog: pytest.LogCaptureFixture) -> None:
    for text in (ticket, ticket, ticket[:-2] + "xx"):
        ask(text)
    logged = str([vars(line) for line in caplog.records])
    assert "used before" in logged
    assert not any(part in logged for part in ticket.split(".")[-2:])
