"""Who may ask for a socket at all: a browser, on our own page, through our own distribution."""

from collections.abc import Mapping
from typing import Any

from contracts.edge import has_valid_origin_secret

from realtime_service.domain.subscriber import Subscriber


class NotAdmitted(Exception):
    """The handshake comes from somewhere else; the message says what is wrong with it."""


def require_own_page(headers: Mapping[str, str], origin_secret: Mapping[str, str], site_origin: str) -> None:
    """Let a handshake from our own page pass; header names are lower case. Raises `NotAdmitted`.

    The same-origin rule does not bind a WebSocket: without this check any page could open one in its
    visitor's name. `Origin` is the header that no page can forge and every browser sends with a handshake.
    """
    if not has_valid_origin_secret(headers, origin_secret):
        raise NotAdmitted("it did not come through the distribution")
    if headers.get("origin") != site_origin:
        raise NotAdmitted("its origin is not our site")


def policy(method_arn: str, viewer: Subscriber | None) -> dict[str, Any]:
    """Return the authorizer's answer for this one handshake: let the viewer in, or nobody."""
    effect = "Deny" if viewer is None else "Allow"
    statement = {"Effect": effect, "Action": "execute-api:Invoke", "Resource": method_arn}
    return {
        "principalId": "nobody" if viewer is None else viewer.scope.value,
        "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        "context": {} if viewer is None else viewer.as_context(),
    }
