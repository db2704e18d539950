"""How this service answers over HTTP: the edge check before, one table of refusals after."""

import base64
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware
from aws_lambda_powertools.utilities.parameters.exceptions import GetParameterError
from contracts.edge import came_through_edge, cross_origin_headers, is_same_origin
from contracts.model import Contract
from contracts.problem import MEDIA_TYPE, Problem, ProblemType, field_errors
from contracts.results_pass import BadResultsPass
from pydantic import BaseModel, ValidationError

from realtime_service.config import Settings

MAX_BODY_BYTES: Final = 4 * 1024

logger = Logger()


class NotJson(Exception):
    """The body is not declared as JSON."""


class TooLarge(Exception):
    """The body is larger than anything this service takes."""


class ForeignOrigin(Exception):
    """Another site's page asks."""


class NotSignedIn(Exception):
    """The gateway vouches for nobody. Its authorizer should have refused this: fail closed."""


PROBLEMS: Final[dict[type[Exception], ProblemType]] = {
    NotJson: ProblemType.NOT_JSON,
    TooLarge: ProblemType.TOO_LARGE,
    ForeignOrigin: ProblemType.FOREIGN_ORIGIN,
    NotSignedIn: ProblemType.NOT_ALLOWED,
    BadResultsPass: ProblemType.BAD_RESULTS_PASS,
}


def resolver(settings: Settings) -> APIGatewayHttpResolver:
    """Return a resolver that refuses what did not come through the edge and answers errors as a `Problem`."""
    app = APIGatewayHttpResolver()

    def problem(body: Problem) -> Response[str]:
        logger.info("refused", problem=body.type, detail=body.detail)
        return json_answer(body, HTTPStatus(body.status), media_type=MEDIA_TYPE)

    def require_edge(app: APIGatewayHttpResolver, next_middleware: NextMiddleware) -> Response[str]:
        if not came_through_edge(app.current_event.headers, settings.origin_secret()):
            return problem(Problem.of(ProblemType.ORIGIN_NOT_VERIFIED))
        return next_middleware(app)

    def refused(error: Exception) -> Response[str]:
        return problem(Problem.of(PROBLEMS[type(error)], str(error) or None))

    def malformed(error: ValidationError) -> Response[str]:
        return problem(Problem.of(ProblemType.MALFORMED, errors=field_errors(error)))

    def no_secret(error: GetParameterError) -> Response[str]:
        logger.error("a secret cannot be read", exc_info=error)
        return problem(Problem.of(ProblemType.UNAVAILABLE))

    def failed(error: Exception) -> Response[str]:
        logger.error("unexpected", exc_info=error)
        return problem(Problem.of(ProblemType.INTERNAL))

    def not_found(_: NotFoundError) -> Response[str]:
        return problem(Problem.of(ProblemType.NOT_FOUND))

    app.use([require_edge])
    app.exception_handler(list(PROBLEMS))(refused)
    app.exception_handler(ValidationError)(malformed)
    app.exception_handler(GetParameterError)(no_secret)
    app.exception_handler(Exception)(failed)
    app.not_found(not_found)
    return app


def json_answer(
    body: Contract, status: HTTPStatus = HTTPStatus.OK, *, media_type: str = "application/json"
) -> Response[str]:
    """Return the contract as the answer; it is personal: nobody may keep it, no other site may read it."""
    headers: Mapping[str, str] = cross_origin_headers({}, ())
    return Response(
        status_code=status,
        content_type=media_type,
        body=body.model_dump_json(exclude_none=media_type == MEDIA_TYPE),
        headers={"Cache-Control": "private, no-store", **headers},
    )


def read_body[M: BaseModel](app: APIGatewayHttpResolver, model: type[M]) -> M:
    """Return the JSON body as `model`. Raises `NotJson`, `TooLarge` or `ValidationError`."""
    event = app.current_event
    if event.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise NotJson
    text = event.body or ""
    body = base64.b64decode(text) if event.is_base64_encoded else text.encode(errors="surrogatepass")
    if len(body) > MAX_BODY_BYTES:
        raise TooLarge(f"At most {MAX_BODY_BYTES} bytes are taken")
    return model.model_validate_json(body)


def require_same_origin(app: APIGatewayHttpResolver, site_origin: str) -> None:
    """Let a request from our own page pass. Raises `ForeignOrigin`."""
    if not is_same_origin(app.current_event.headers, site_origin):
        raise ForeignOrigin


def require_organiser(app: APIGatewayHttpResolver) -> None:
    """Let a request pass whose token the gateway's authorizer has checked. Raises `NotSignedIn`."""
    authorizer = app.current_event.raw_event["requestContext"].get("authorizer") or {}
    if not authorizer.get("jwt", {}).get("claims", {}).get("sub"):
        raise NotSignedIn
