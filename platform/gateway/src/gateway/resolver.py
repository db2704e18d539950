"""The resolver of every HTTP function: checks before, one table of refusals after."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.api_gateway import Route
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware
from contracts.edge import cross_origin_headers, has_valid_origin_secret, is_same_origin
from contracts.keys import UnknownKeyId
from contracts.problem import ProblemType
from contracts.refusal import DomainError
from contracts.roles import Role

from gateway.answer import problem_answer
from gateway.audit_log import AuditLogUnavailable
from gateway.aws import NoTimeLeft
from gateway.members import MembersUnavailable
from gateway.operation import ORGANISERS, check_declared, operation_of
from gateway.organiser import InsufficientRole, NotSignedIn, Principal, who_asks
from gateway.request import Malformed, NoSuchPoll, NotAnImage, NotJson, TooLarge
from gateway.secret import SecretUnavailable, read_secret
from gateway.settings import HttpSettings

type Problems = Mapping[type[Exception], ProblemType]

NOWHERE: Final = {"rawPath": "//"}
_NOT_PLAIN: Final = re.compile(r"[^!-~]|[%\\]|//|/\.{1,2}(?:/|$)")
"""White space, controls, what is not ASCII, escapes, empty and dot segments: no address of ours has any."""

type CurrentRole = Callable[[Principal], Role | None]
"""Returns the role that a member has now, whatever their token says."""

type PageFor = Callable[[HttpApi, ProblemType], Response[str] | None]
"""Returns the page that a person sees in place of a problem; None where the problem itself is the answer."""

SHARED_PROBLEMS: Final[Problems] = {
    Malformed: ProblemType.VALIDATION_FAILED,
    NotJson: ProblemType.NOT_JSON,
    NotAnImage: ProblemType.NOT_AN_IMAGE,
    TooLarge: ProblemType.TOO_LARGE,
    NotSignedIn: ProblemType.NOT_ALLOWED,
    InsufficientRole: ProblemType.INSUFFICIENT_ROLE,
    NoSuchPoll: ProblemType.UNKNOWN_POLL,
    AuditLogUnavailable: ProblemType.UNAVAILABLE,
    SecretUnavailable: ProblemType.UNAVAILABLE,
    NoTimeLeft: ProblemType.UNAVAILABLE,
    MembersUnavailable: ProblemType.UNAVAILABLE,
    UnknownKeyId: ProblemType.UNAVAILABLE,
}


READING: Final = ["GET", "HEAD"]
"""The methods of what link checkers probe: answered alike, to HEAD without a body."""


class HttpApi(APIGatewayHttpResolver):
    """A resolver that tells which routes it has, and whether they are for our own pages only."""

    pages_only = False

    def resolve(self, event: Any, context: Any) -> dict[str, Any]:  # noqa: ANN401 (as in the base class)
        """Answer a request; a path that is not spelled plainly leads nowhere."""
        return super().resolve(event if is_plain(event.get("rawPath", "/")) else event | NOWHERE, context)

    @property
    def routes(self) -> tuple[Route, ...]:
        """The routes registered."""
        return (*self._static_routes, *self._dynamic_routes)


def is_plain(path: str) -> bool:
    """Tell whether a path is spelled in the one way that limits, caches and logs know it by.

    API Gateway finds a route for `/%76ote` too, where a rule about `/vote` may not.
    """
    return not _NOT_PLAIN.search(path)


def resolver(
    settings: HttpSettings,
    problems: Problems,
    *,
    only_pages_of: str | None = None,
    current_role: CurrentRole | None = None,
    page_for: PageFor | None = None,
) -> HttpApi:
    """Return a resolver that refuses what did not come through the edge and answers errors as `Problem`s.

    `problems` is the service's own table. `only_pages_of` is our site's origin on routes that act for the
    person at the browser: a request that a foreign page has sent is refused there. Routes of the admin API
    are refused to whom the gateway does not vouch for and to whose role is not enough, whether or not the
    handler asks who it is; one that declares no role is there for nobody. `current_role` decides on
    operations that declare to need it; without it such an operation is never done. `page_for` is for routes
    that people open in a browser.
    """
    app, logger = HttpApi(), Logger()
    app.pages_only = only_pages_of is not None
    table: Problems = {**SHARED_PROBLEMS, **problems}

    def check_then_answer(app: APIGatewayHttpResolver, next_middleware: NextMiddleware) -> Response[str]:
        headers = app.current_event.headers
        if not has_valid_origin_secret(headers, read_secret(settings.origin_secret_arn)):
            return refuse(ProblemType.ORIGIN_NOT_VERIFIED)
        if only_pages_of is not None and not is_same_origin(headers, only_pages_of):
            return refuse(ProblemType.CROSS_ORIGIN_FORBIDDEN)
        route: Route = app.context["_route"]
        if route.path.startswith(ORGANISERS):
            asking, declared = who_asks(app), operation_of(route.func)
            if declared is None or declared.role is None:
                return refuse(ProblemType.NOT_FOUND)
            asking.check_may(declared.role)
            if declared.current_role:
                if current_role is None:
                    raise TypeError("this operation needs a resolver that reads current roles")
                replace(asking, role=current_role(asking)).check_may(declared.role)
        return shared(next_middleware(app))

    def refused(error: Exception) -> Response[str]:
        kind = next(table[cause] for cause in type(error).__mro__ if cause in table)
        if kind.status.is_server_error:
            logger.error("not done", problem=kind.slug, exc_info=error)
            return refuse(kind, error if isinstance(error, DomainError) else None)
        logger.info("refused", problem=kind.slug)
        return refuse(kind, error if isinstance(error, DomainError) else DomainError(str(error)))

    def failed(error: Exception) -> Response[str]:
        logger.error("unexpected", exc_info=error)
        return refuse(ProblemType.INTERNAL)

    def not_found(_: NotFoundError) -> Response[str]:
        return refuse(ProblemType.NOT_FOUND)

    def refuse(kind: ProblemType, because: DomainError | None = None) -> Response[str]:
        page = None if page_for is None else page_for(app, kind)
        return shared(problem_answer(kind, because) if page is None else page)

    def shared(answer: Response[str]) -> Response[str]:
        check_declared(app, answer, pages_only=app.pages_only)
        if app.current_event.http_method == "HEAD":
            answer.body, answer.base64_encoded = "", False
        own = answer.headers.get("Vary", "Origin")
        answer.headers.update(cross_origin_headers(app.current_event.headers, settings.allowed_origins))
        answer.headers["Vary"] = own if "Origin" in str(own) else f"{own}, Origin"
        return answer

    app.use([check_then_answer])
    app.exception_handler(list(table))(refused)
    app.exception_handler(Exception)(failed)
    app.not_found(not_found)
    return app
