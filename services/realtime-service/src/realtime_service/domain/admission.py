"""Admission of WebSocket handshakes: only from our own pages, through our own distribution."""

from collections.abc import Mapping
from typing import Any

from contracts.domain_error import DomainError

from realtime_service.domain.subscriber import Subscriber


class NotAdmitted(Exception):
    """The handshake is not from our own page; the message states the reason."""


class TooManyConnections(DomainError):
    """So many connections are open as are allowed to."""

    retry_after = 900
    """A million pages then ask for a ticket 1,000 times a second, not 8,000: the vote shares that limit."""


def require_own_page(headers: Mapping[str, str], site_origin: str, *, from_distribution: bool) -> None:
    """Reject a handshake that is not from our own page. Header names are lower case. Raises `NotAdmitted`.

    The same-origin policy does not apply to WebSockets: without this check any page could open one in its
    visitor's name (cross-site WebSocket hijacking). Pages cannot forge `Origin`, and every browser sends it
    with a handshake.
    """
    if not from_distribution:
        raise NotAdmitted("it did not come through the distribution")
    if headers.get("origin") != site_origin:
        raise NotAdmitted("its origin is not our site")


def policy(method_arn: str, subscriber: Subscriber | None) -> dict[str, Any]:
    """Return the authorizer's policy for one handshake: allow the subscriber, or deny if it is None."""
    effect = "Deny" if subscriber is None else "Allow"
    statement = {"Effect": effect, "Action": "execute-api:Invoke", "Resource": method_arn}
    return {
        "principalId": "anonymous" if subscriber is None else subscriber.scope.value,
        "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        "context": {} if subscriber is None else subscriber.as_context(),
    }
