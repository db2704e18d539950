"""The authenticated organiser (principal) of a request to the admin API, and role checks.

API Gateway's authorizer has already verified the token: signature, issuer, client, expiry and scope. The role
comes from the user pool's groups in the token, so it is as old as the token. Operations that change something
also check the current role (`chassis.members`); reading with a revoked role works until the token expires.
"""

from dataclasses import dataclass
from typing import Any, Final

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from contracts.domain_error import DomainError
from contracts.roles import Permission, Role

_HOW_TO_GET_IT: Final = "An owner can change that under Members; sign in again afterwards."

PRESENTER_PRINCIPAL: Final = "presenter_principal"
"""Key of the resolver's context, which is cleared after each request."""


class NotSignedIn(DomainError):
    """The request has no verified token. The authorizer should have refused it; fail closed."""


class InsufficientRole(DomainError):
    """The organiser's role does not allow this operation."""


@dataclass(frozen=True)
class Principal:
    """The authenticated organiser, from the claims of the access token."""

    subject: str
    name: str
    """The user name, for display only. The subject is the permanent identifier."""
    role: Role | None

    def require(self, permission: Permission) -> None:
        """Raise `InsufficientRole` if the organiser's role does not have the permission."""
        needed = Role.least_with(permission)
        if self.role is None:
            raise InsufficientRole(f"This needs the role {needed}, and you have none yet. {_HOW_TO_GET_IT}")
        if permission not in self.role.permissions:
            raise InsufficientRole(
                f"This needs the role {needed}, and yours is {self.role}. {_HOW_TO_GET_IT}"
            )


def authenticated_principal(app: APIGatewayHttpResolver) -> Principal:
    """Return the principal of the token that the authorizer has verified. Raises `NotSignedIn`.

    On a route for the presenter session it is the member that the resolver has verified.
    """
    presenter = app.context.get(PRESENTER_PRINCIPAL)
    if isinstance(presenter, Principal):
        return presenter
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
    """Return the group names of a claim; API Gateway formats the list as text, such as `[owner editor]`.

    Group names contain no spaces, so the text is unambiguous. Any other format returns no groups, and
    therefore no role.
    """
    match claim:
        case list():
            return [name for name in claim if isinstance(name, str)]
        case str() if claim.startswith("[") and claim.endswith("]"):
            return claim[1:-1].split(" ")
    return []
