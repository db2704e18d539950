"""Declare the request model, the responses and the errors of a route, in the service's `http.py`.

The handler reads its request through the declaration, and `docs/api` is generated from it. Every response is
checked against it: an undeclared one is sent with a warning in the log, and fails the tests.

    OPEN_POLL = Operation(
        {HTTPStatus.OK: Poll},
        permission=Permission.EDIT_POLLS,
        request_model=OpenPoll,
        errors=[ProblemType.INVALID_STATE],
    )

    @app.post("/admin/api/polls/<poll_id>/open")
    @OPEN_POLL
    def open_poll(poll_id: str) -> Response[str]:
        wanted = OPEN_POLL.read(app)

`errors` lists only the problems that this route adds. The others follow from the route: a request model adds
malformed input and, for bodies, wrong media type and size; a poll id in the path adds an unknown poll; an
admin route adds missing sign-in and role; a page's route adds foreign origins; every route can be
unavailable.
"""

import warnings
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any, Final

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from contracts.model import Contract
from contracts.problem import ProblemType
from contracts.roles import Permission
from pydantic import BaseModel

from chassis.request import read, read_body, read_idempotency_key, read_image
from chassis.response import ContractAnswer, ProblemAnswer

type Body = type[Contract] | str | None
"""The contract of a response body; a media type such as `text/csv` for other bodies; None for no body."""

type Bodies = Body | tuple[Body, ...]
"""The possible bodies of one status, if the request selects one."""

ALWAYS: Final = frozenset({ProblemType.ORIGIN_NOT_VERIFIED, ProblemType.UNAVAILABLE, ProblemType.INTERNAL})
WITH_BODY: Final = frozenset({ProblemType.VALIDATION_FAILED, ProblemType.NOT_JSON, ProblemType.TOO_LARGE})
WITH_IMAGE: Final = frozenset(
    {ProblemType.VALIDATION_FAILED, ProblemType.NOT_AN_IMAGE, ProblemType.TOO_LARGE}
)
WITH_COOKIE: Final = frozenset({ProblemType.VALIDATION_FAILED})
WITH_QUERY: Final = frozenset({ProblemType.VALIDATION_FAILED})
WITH_POLL_IN_PATH: Final = frozenset({ProblemType.UNKNOWN_POLL, ProblemType.NOT_FOUND})
FOR_ORGANISERS: Final = frozenset({ProblemType.NOT_ALLOWED, ProblemType.INSUFFICIENT_ROLE})
WITHOUT_BODY: Final = frozenset({"GET", "HEAD", "DELETE"})
"""Methods with the request model in the query string."""
ORGANISERS: Final = "/admin/api/"
PRESENTER: Final = "/admin/api/presenter/"
"""Routes for the presenter session: a cookie in place of the access token."""
_ATTRIBUTE: Final = "operation"


class UndeclaredAnswer(RuntimeWarning):
    """A route returned a response that its operation does not declare."""


class Operation[M: BaseModel = BaseModel]:
    """The declaration of one route's request, responses and errors.

    `permission` is required of the organiser; every route of the admin API has one. With `current_role` the
    members table is checked too, so that a token issued before a demotion is refused. `request_model`
    describes the body, or the query of a GET or DELETE; with `takes_image` the body is the bytes of an image
    instead. `cookie` names the cookie that identifies the voter. `creates` means that the operation accepts
    an `Idempotency-Key`.
    """

    def __init__(
        self,
        answers: Mapping[HTTPStatus, Bodies],
        *,
        permission: Permission | None = None,
        current_role: bool = False,
        request_model: type[M] | None = None,
        takes_image: bool = False,
        required: bool = True,
        cookie: str | None = None,
        creates: bool = False,
        errors: Iterable[ProblemType] = (),
    ) -> None:
        self.answers = {
            status: bodies if isinstance(bodies, tuple) else (bodies,) for status, bodies in answers.items()
        }
        self.permission = permission
        self.current_role = current_role
        self.request_model = request_model
        self.takes_image = takes_image
        self.required = required
        self.cookie = cookie
        self.creates = creates
        self.errors = frozenset(errors)

    def __call__[F: Callable[..., Response[Any]]](self, function: F) -> F:
        """Attach the operation to a function; place it below the decorator that registers the route."""
        setattr(function, _ATTRIBUTE, self)
        return function

    def read(self, app: APIGatewayHttpResolver) -> M:
        """Return the request as the request model. Raises `NotJson`, `TooLarge` or `Malformed`."""
        if self.request_model is None:
            raise TypeError("this operation has no request model")
        if app.current_event.http_method in WITHOUT_BODY:
            return read(self.request_model, app.current_event.query_string_parameters)
        return read_body(app, self.request_model, required=self.required)

    def read_image(self, app: APIGatewayHttpResolver) -> bytes:
        """Return the bytes of an image body. Raises `NotAnImage`."""
        if not self.takes_image:
            raise TypeError("this operation accepts no image")
        return read_image(app)

    def read_key(self, app: APIGatewayHttpResolver) -> str | None:
        """Return the `Idempotency-Key`, or None. Raises `Malformed`."""
        if not self.creates:
            raise TypeError("this operation creates nothing")
        return read_idempotency_key(app)

    def problems(self, method: str, path: str, *, pages_only: bool) -> frozenset[ProblemType]:
        """Return every problem that this operation may return on this route."""
        taking = WITH_QUERY if method in WITHOUT_BODY else WITH_BODY
        kinds = self.errors.union(
            ALWAYS,
            taking if self.request_model else (),
            WITH_IMAGE if self.takes_image else (),
            WITH_COOKIE if self.cookie else (),
            WITH_POLL_IN_PATH if "<poll_id>" in path else (),
            FOR_ORGANISERS if path.startswith(ORGANISERS) else (),
            {ProblemType.CROSS_ORIGIN_FORBIDDEN} if pages_only or path.startswith(PRESENTER) else (),
            WITH_COOKIE if path.startswith(PRESENTER) else (),
        )
        return frozenset(kind for kind in kinds if kind.status not in self.answers)

    def declares(self, answer: Response[Any]) -> bool:
        """Return whether the status and body of a response that is no problem are declared."""
        body = answer.contract if isinstance(answer, ContractAnswer) else answer.headers.get("Content-Type")
        status = HTTPStatus(answer.status_code)
        return body in self.answers.get(status, ())


def operation_of(function: Callable[..., Any]) -> Operation[Any] | None:
    """Return the operation attached to a function, or None."""
    declared = getattr(function, _ATTRIBUTE, None)
    return declared if isinstance(declared, Operation) else None


def check_declared(app: APIGatewayHttpResolver, answer: Response[Any], *, pages_only: bool) -> None:
    """Warn if the current route's operation does not declare this response."""
    route = app.context["_route"]
    declared = operation_of(route.func)
    if declared is None:
        return
    if isinstance(answer, ProblemAnswer):
        named = answer.kind in declared.problems(route.method, route.path, pages_only=pages_only)
        response = answer.kind.slug
    else:
        named = declared.declares(answer)
        response = f"{answer.status_code} {answer.headers.get('Content-Type')}"
    if not named:
        warnings.warn(
            f"undeclared answer of {route.method} {route.path}: {response}", UndeclaredAnswer, stacklevel=2
        )
