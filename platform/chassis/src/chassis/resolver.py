"""The HTTP resolver of every function: access checks before the handler, errors as problems after it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.api_gateway import Route
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware
from contracts.domain_error import DomainError
from contracts.edge import cross_origin_headers, is_same_origin
from contracts.key_ring import UnknownKeyId
from contracts.problem import ProblemType
from contracts.roles import Role

from chassis.audit_log import AuditLogUnavailable
from chassis.aws import NoTimeLeft
from chassis.members import PRESENTER_COOKIE, Members, MembersUnavailable
from chassis.operation import ORGANISERS, PRESENTER, check_declared, operation_of
from chassis.organiser import (
    PRESENTER_PRINCIPAL,
    InsufficientRole,
    NotSignedIn,
    Principal,
    authenticated_principal,
)
from chassis.origin_check import comes_from_distribution
from chassis.request import Malformed, NoSuchPoll, NotAnImage, NotJson, TooLarge, read_cookie
from chassis.response import problem_answer
from chassis.secret import SecretUnavailable
from chassis.settings import HttpSettings

type Problems = Mapping[type[Exception], ProblemType]

NO_ROUTE: Final = {"rawPath": "//"}
_NOT_PLAIN: Final = re.compile(r"[^!-~]|[%\\]|//|/\.{1,2}(?:/|$)")
"""White space, control and non-ASCII characters, escapes, empty and dot segments: no route contains any."""

type CurrentRole = Callable[[Principal], Role | None]
"""Returns the current role of a member, which may be lower than the role in the token."""

type PageFor = Callable[[HttpApi, ProblemType], Response[str] | None]
"""Returns an HTML page to send instead of a problem; None to send the problem."""

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


READ_METHODS: Final = ["GET", "HEAD"]
"""Methods of routes that link checkers may probe: HEAD returns the response of GET without its body."""


class HttpApi(APIGatewayHttpResolver):
    """A resolver that exposes its routes, and whether they accept requests from our own pages only."""

    pages_only = False

    def resolve(self, event: Any, context: Any) -> dict[str, Any]:  # noqa: ANN401 (as in the base class)
        """Return the response to a request; a path that is not plain matches no route."""
        return super().resolve(event if is_plain(event.get("rawPath", "/")) else event | NO_ROUTE, context)

    @property
    def routes(self) -> tuple[Route, ...]:
        """The routes registered."""
        return (*self._static_routes, *self._dynamic_routes)


def is_plain(path: str) -> bool:
    """Return whether a path has the one spelling that rate limits, caches and logs use.

    API Gateway also routes `/%76ote`, which a firewall rule about `/vote` may not match.
    """
    return not _NOT_PLAIN.search(path)


def resolver(
    settings: HttpSettings,
    problems: Problems,
    *,
    only_pages_of: str | None = None,
    current_role: CurrentRole | None = None,
    presenters: Members | None = None,
    page_for: PageFor | None = None,
) -> HttpApi:
    """Return a resolver that refuses requests from outside the edge and returns errors as `Problem`s.

    `problems` is the service's table of exceptions and problems. `only_pages_of` is our site's origin, for
    routes that act on behalf of the browser's user: requests from foreign pages are refused. Routes of the
    admin API always require a verified token and the declared role, even if the handler does not read the
    principal; a route that declares no role returns 404. `current_role` is required for operations with
    `current_role=True`. `presenters` is required for routes of the presenter session (ADR 53): its cookie
    names the member, and the current role is always checked. `page_for` is for routes that a browser opens
    as pages.
    """
    app, logger, metrics = HttpApi(), Logger(), Metrics()
    app.pages_only = only_pages_of is not None
    table: Problems = {**SHARED_PROBLEMS, **problems}

    def check_then_answer(app: APIGatewayHttpResolver, next_middleware: NextMiddleware) -> Response[str]:
        headers = app.current_event.headers
        if not comes_from_distribution(headers, settings.origin_secret_arn):
            return refuse(ProblemType.ORIGIN_NOT_VERIFIED)
        if only_pages_of is not None and not is_same_origin(headers, only_pages_of):
            return refuse(ProblemType.CROSS_ORIGIN_FORBIDDEN)
        route: Route = app.context["_route"]
        if route.path.startswith(ORGANISERS):
            declared = operation_of(route.func)
            if declared is None or declared.permission is None:
                return refuse(ProblemType.NOT_FOUND)
            if route.path.startswith(PRESENTER):
                if not is_same_origin(headers, ""):  # every browser of the presenter sends `Sec-Fetch-Site`
                    return refuse(ProblemType.CROSS_ORIGIN_FORBIDDEN)
                if presenters is None or not declared.current_role:
                    raise TypeError(
                        "a route of the presenter session needs its members and their current role"
                    )
                principal = presenters.presenter(read_cookie(app, PRESENTER_COOKIE), datetime.now(UTC))
                app.context[PRESENTER_PRINCIPAL] = principal
            principal = authenticated_principal(app)
            principal.require(declared.permission)
            if declared.current_role:
                if current_role is None:
                    raise TypeError("this operation needs a resolver that reads current roles")
                replace(principal, role=current_role(principal)).require(declared.permission)
        return shared(next_middleware(app))

    def refused(error: Exception) -> Response[str]:
        kind = next(table[cause] for cause in type(error).__mro__ if cause in table)
        metrics.add_metadata("problem", kind.slug)
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
