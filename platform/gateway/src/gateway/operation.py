"""What a route takes and answers, said once in the service's `http.py`.

The handler reads its request through it, the documents in `docs/api` are made of it, and every answer is held
against it: one that is not declared goes out with a warning in the log, and fails the tests.

    OPEN_POLL = Operation(
        {HTTPStatus.OK: Poll}, role=Role.EDITOR, request_model=OpenPoll, errors=[ProblemType.INVALID_STATE]
    )

    @app.post("/admin/api/polls/<poll_id>/open")
    @OPEN_POLL
    def open_poll(poll_id: str) -> Response[str]:
        wanted = OPEN_POLL.read(app)

`errors` names only what this route adds. The rest follows from the route: what it takes can be malformed, a
body too large or no JSON; a poll in the path can be unknown; an organiser's route is not for others, a page's
route not for foreign pages; anything can be unavailable.
"""

import warnings
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any, Final

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from contracts.model import Contract
from contracts.problem import ProblemType
from contracts.roles import Role
from pydantic import BaseModel

from gateway.request import read, read_body, read_idempotency_key, read_image
from gateway.response import ContractAnswer, ProblemAnswer

type Body = type[Contract] | str | None
"""The contract of a body; its media type where it is none (`text/csv`); None where there is no body."""

type Bodies = Body | tuple[Body, ...]
"""What one status may come with, where the request chooses."""

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
"""Of these the query says what is wanted."""
ORGANISERS: Final = "/admin/api/"
_ATTRIBUTE: Final = "operation"


class UndeclaredAnswer(RuntimeWarning):
    """A route has answered what its declaration does not name."""


class Operation[M: BaseModel = BaseModel]:
    """What one route takes and answers.

    `role` is the least that an organiser needs, on every route of the admin API; with `current_role` it is
    looked up in the table of members too, so that a token from before a demotion is refused. `request_model` is
    the body, of a GET or DELETE the query; with `takes_image` the body is a picture's bytes instead; `cookie`
    says who asks, where a route needs to know; `creates` that a key of the client's makes repeating it safe.
    """

    def __init__(
        self,
        answers: Mapping[HTTPStatus, Bodies],
        *,
        role: Role | None = None,
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
        self.role = role
        self.current_role = current_role
        self.request_model = request_model
        self.takes_image = takes_image
        self.required = required
        self.cookie = cookie
        self.creates = creates
        self.errors = frozenset(errors)

    def __call__[F: Callable[..., Response[Any]]](self, function: F) -> F:
        """Declare the function's operation; stands below the line that registers its route."""
        setattr(function, _ATTRIBUTE, self)
        return function

    def read(self, app: APIGatewayHttpResolver) -> M:
        """Return what the request says. Raises `NotJson`, `TooLarge` or `Malformed`."""
        if self.request_model is None:
            raise TypeError("this operation takes nothing")
        if app.current_event.http_method in WITHOUT_BODY:
            return read(self.request_model, app.current_event.query_string_parameters)
        return read_body(app, self.request_model, required=self.required)

    def read_image(self, app: APIGatewayHttpResolver) -> bytes:
        """Return the picture that the request's body says it is. Raises `NotAnImage`."""
        if not self.takes_image:
            raise TypeError("this operation takes no picture")
        return read_image(app)

    def read_key(self, app: APIGatewayHttpResolver) -> str | None:
        """Return the client's idempotency key. Raises `Malformed`."""
        if not self.creates:
            raise TypeError("this operation creates nothing")
        return read_idempotency_key(app)

    def problems(self, method: str, path: str, *, pages_only: bool) -> frozenset[ProblemType]:
        """Return every problem that this operation may answer on this route."""
        taking = WITH_QUERY if method in WITHOUT_BODY else WITH_BODY
        kinds = self.errors.union(
            ALWAYS,
            taking if self.request_model else (),
            WITH_IMAGE if self.takes_image else (),
            WITH_COOKIE if self.cookie else (),
            WITH_POLL_IN_PATH if "<poll_id>" in path else (),
            FOR_ORGANISERS if path.startswith(ORGANISERS) else (),
            {ProblemType.CROSS_ORIGIN_FORBIDDEN} if pages_only else (),
        )
        return frozenset(kind for kind in kinds if kind.status not in self.answers)

    def declares(self, answer: Response[Any]) -> bool:
        """Tell whether an answer that is no problem is declared, its status together with its body."""
        body = answer.contract if isinstance(answer, ContractAnswer) else answer.headers.get("Content-Type")
        status = HTTPStatus(answer.status_code)
        return body in self.answers.get(status, ())


def operation_of(function: Callable[..., Any]) -> Operation[Any] | None:
    """Return what was declared for a route's function."""
    declared = getattr(function, _ATTRIBUTE, None)
    return declared if isinstance(declared, Operation) else None


def check_declared(app: APIGatewayHttpResolver, answer: Response[Any], *, pages_only: bool) -> None:
    """Warn when the current route answers what it does not declare."""
    route = app.context["_route"]
    declared = operation_of(route.func)
    if declared is None:
        return
    if isinstance(answer, ProblemAnswer):
        named = answer.kind in declared.problems(route.method, route.path, pages_only=pages_only)
        what = answer.kind.slug
    else:
        named, what = declared.declares(answer), f"{answer.status_code} {answer.headers.get('Content-Type')}"
    if not named:
        warnings.warn(
            f"undeclared answer of {route.method} {route.path}: {what}", UndeclaredAnswer, stacklevel=2
        )
