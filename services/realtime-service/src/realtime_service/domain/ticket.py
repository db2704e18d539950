"""Tickets: each opens one socket, once, within 30 seconds.

A browser cannot send headers with a WebSocket, so the ticket is in the URL, where a log could record it.
Hence single use and a short life. A ticket is not stored until it is used.
"""

import base64
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from contracts.ids import PollId
from contracts.key_ring import KeyRing, UnknownKeyId
from contracts.visibility import Scope

from realtime_service.domain.subscriber import Subscriber

TICKET_TTL: Final = timedelta(seconds=30)
_NO_POLL: Final = "-"
_PARTS: Final = 7


class BadTicket(ValueError):
    """The ticket is invalid, changed, expired, or used before; the message states which."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """The content of a verified ticket. `ticket_id` may be used once."""

    ticket_id: str
    subscriber: Subscriber
    expires_at: datetime


def mint_ticket(keys: KeyRing, subscriber: Subscriber, now: datetime) -> tuple[str, datetime]:
    """Return `v1.{key id}.{scope}.{poll id or -}.{expiry, Unix seconds}.{ticket id}.{MAC}` and its expiry."""
    expiry = int((now + TICKET_TTL).timestamp())
    poll_id, ticket_id = subscriber.poll_id or _NO_POLL, secrets.token_urlsafe(12)
    unsigned = ".".join(("v1", keys.current, subscriber.scope, poll_id, str(expiry), ticket_id))
    return f"{unsigned}.{_mac(keys, keys.current, unsigned)}", datetime.fromtimestamp(expiry, UTC)


def read_ticket(keys: KeyRing, text: str, now: datetime) -> Ticket:
    """Return the content of a valid ticket. Raises `BadTicket`. It does not check earlier use."""
    parts = text.split(".")
    if not text.isascii() or len(parts) != _PARTS or parts[0] != "v1":
        raise BadTicket("not a ticket")
    _, key_id, scope, poll, expiry, ticket_id, mac = parts
    try:
        expected = _mac(keys, key_id, text.rpartition(".")[0])
    except UnknownKeyId as error:
        raise BadTicket("not a ticket") from error
    if not hmac.compare_digest(expected, mac):
        raise BadTicket("not a ticket")
    if now.timestamp() >= int(expiry):
        raise BadTicket("the ticket has expired")
    poll_id: PollId | None = None if poll == _NO_POLL else poll
    return Ticket(ticket_id, Subscriber(Scope(scope), poll_id), datetime.fromtimestamp(int(expiry), UTC))


def _mac(keys: KeyRing, key_id: str, unsigned: str) -> str:
    key = keys.derive(key_id, info=b"live-ticket")
    return base64.urlsafe_b64encode(hmac.digest(key, unsigned.encode(), "sha256")).rstrip(b"=").decode()
