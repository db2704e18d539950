"""Who asks, on a route of the admin API, and whether their role is enough.

The gateway's authorizer has checked the token by then: signature, issuer, client, expiry and scope. What a
person may do stands in the token as well, as the groups of the user pool, so it is as old as the token.
Operations that change something look the current role up as well, in `gateway.members`; reading with a role
that was taken away works until the token expires.
"""

from dataclasses import dataclass
from typing import Any, Final

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from contracts.refusal import DomainError
from contracts.roles import Role

_HOW_TO_GET_IT: Final = "An owner can change that under People; sign in again afterwards."


class NotSignedIn(DomainError):
    """The gateway vouches for nobody. Its authorizer should have refused this: fail closed."""


class InsufficientRole(DomainError):
    """Whoever asks is known, and may not do this."""


@dataclass(frozen=True)
class Principal:
    """A person of the user pool, as their access token says."""

    subject: str
    name: str
    """The user name: for people to read. The subject is what stays the same."""
    role: Role | None

    def require_role(self, needed: Role) -> None:
        """Raise `InsufficientRole` unless the role is enough."""
        if self.role is None:
            raise InsufficientRole(f"This needs the role {needed}, and you have none yet. {_HOW_TO_GET_IT}")
        if not self.role.includes(needed):
            raise InsufficientRole(
                f"This needs the role {needed}, and yours is {self.role}. {_HOW_TO_GET_IT}"
            )


def authenticated_principal(app: APIGatewayHttpResolver) -> Principal:
    """Return whose token the gateway's authorizer has checked. Raises `NotSignedIn`."""
    authorizer = app.current_event.raw_event["requestContext"].get("authorizer") or {}
    claims: dict[str, Any] = authorizer.get("jwt", {}).get("claims") or {}
    subject = claims.get("sub")
    if not isinstance(subject, str) or not subject:
        raise NotSignedIn
    name = claims.get("username")
    return Principal(
        subject=subject,
        name=name if isinstance(name, str) and name else subject,
        role=Role.highest(_groups_in(claims.get("cognito:groups"))),
    )


def _groups_in(claim: object) -> list[str]:
    """Return the names in a list of which the gateway makes a text: `[owner editor]`.

    No group's name has a space in it, so the text says what the list said. What is neither names no group:
    what is not understood gives no role.
    """
    match claim:
        case list():
            return [name for name in claim if isinstance(name, str)]
        case str() if claim.startswith("[") and claim.endswith("]"):
            return claim[1:-1].split(" ")
    return []
