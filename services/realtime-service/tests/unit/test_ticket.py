"""A ticket returns its signed content, for 30 seconds."""

from datetime import UTC, datetime, timedelta

import pytest
from contracts.ids import new_poll_id
from contracts.key_ring import KeyRing
from contracts.results_pass import mint_results_pass
from contracts.visibility import Scope
from realtime_service.domain.subscriber import Subscriber
from realtime_service.domain.ticket import TICKET_TTL, BadTicket, mint_ticket, read_ticket

NOW = datetime(2026, 11, 23, 18, tzinfo=UTC)
POLL = new_poll_id()
SUBSCRIBERS = [Subscriber(Scope.PUBLIC), Subscriber(Scope.VOTER, POLL), Subscriber(Scope.ORGANISER)]


@pytest.mark.parametrize("subscriber", SUBSCRIBERS, ids=lambda subscriber: subscriber.scope.value)
def test_ticket_returns_the_signed_content(keys: KeyRing, subscriber: Subscriber) -> None:
    text, expires_at = mint_ticket(keys, subscriber, NOW)
    ticket = read_ticket(keys, text, NOW)
    assert ticket.subscriber == subscriber
    assert ticket.expires_at == expires_at == NOW + TICKET_TTL


def test_no_two_tickets_are_the_same(keys: KeyRing) -> None:
    texts = [mint_ticket(keys, SUBSCRIBERS[0], NOW)[0] for _ in range(2)]
    assert read_ticket(keys, texts[0], NOW).ticket_id != read_ticket(keys, texts[1], NOW).ticket_id


def test_a_ticket_ends_after_half_a_minute(keys: KeyRing) -> None:
    text, _ = mint_ticket(keys, SUBSCRIBERS[0], NOW)
    read_ticket(keys, text, NOW + timedelta(seconds=29.9))
    with pytest.raises(BadTicket, match="expired"):
        read_ticket(keys, text, NOW + timedelta(seconds=30))


@pytest.mark.parametrize(
    ("part", "forged"),
    [(1, "k1"), (2, "organiser"), (3, new_poll_id()), (4, "9999999999"), (5, "another"), (6, "A" * 43)],
    ids=["key", "scope", "poll", "expiry", "id", "mac"],
)
def test_a_ticket_with_any_part_changed_is_refused(keys: KeyRing, part: int, forged: str) -> None:
    parts = mint_ticket(keys, Subscriber(Scope.VOTER, POLL), NOW)[0].split(".")
    parts[part] = forged
    with pytest.raises(BadTicket, match="not a ticket"):
        read_ticket(keys, ".".join(parts), NOW)


@pytest.mark.parametrize(
    "text", ["", "x", "v1......", "v2.k2.public.-.1.x.y", "v1.nokey.public.-.9.x.y", "é" * 9]
)
def test_malformed_ticket_is_rejected(keys: KeyRing, text: str) -> None:
    with pytest.raises(BadTicket):
        read_ticket(keys, text, NOW)


def test_a_ticket_of_another_secret_is_refused(keys: KeyRing) -> None:
    text, _ = mint_ticket(KeyRing.read({"current": "k2", "k2": "another value"}), SUBSCRIBERS[2], NOW)
    with pytest.raises(BadTicket):
        read_ticket(keys, text, NOW)


def test_a_ticket_of_the_key_before_stays_valid_while_keys_change(keys: KeyRing) -> None:
    text, _ = mint_ticket(KeyRing("k1", keys.keys), SUBSCRIBERS[0], NOW)
    assert read_ticket(keys, text, NOW).subscriber == SUBSCRIBERS[0]


def test_a_results_pass_is_no_ticket(keys: KeyRing) -> None:
    with pytest.raises(BadTicket):
        read_ticket(keys, mint_results_pass(keys, POLL, NOW), NOW)
