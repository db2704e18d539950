"""How this service answers over HTTP: the edge check before, one table of refusals after."""

import base64
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Final

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware
from aws_lambda_powertools.logging import correlation_paths
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities import parameters
from aws_lambda_powertools.utilities.parameters.exceptions import GetParameterError
from aws_lambda_powertools.utilities.typing import LambdaContext
from contracts.edge import came_through_edge, cross_origin_headers
from contracts.ids import PollId
from contracts.model import Contract
from contracts.problem import MEDIA_TYPE, FieldError, Problem, ProblemType
from pydantic import BaseModel, TypeAdapter, ValidationError

from poll_service.config import HttpSettings
from poll_service.domain import refusals
from poll_service.domain.refusals import Refused

PRIVATE: Final = "private, no-store"
SHARED_BRIEFLY: Final = "public, max-age=0, s-maxage=2"
MAX_BODY_BYTES: Final = 16 * 1024
MAX_FIELD_ERRORS: Final = 20
SECRET_MAX_AGE_SECONDS: Final = 300

_POLL_ID: Final = TypeAdapter[PollId](PollId)


class Malformed(Refused):
    """The body, the query or the path is not what this route takes."""


class NotJson(Refused):
    """The body is not declared as JSON."""


class TooLarge(Refused):
    """The body is larger than anything this service takes."""


class NotSignedIn(Refused):
    """The gateway vouches for nobody. Its authorizer should have refused this: fail closed."""


PROBLEMS: Final[dict[type[Refused], ProblemType]] = {
    Malformed: ProblemType.MALFORMED,
    NotJson: ProblemType.NOT_JSON,
    TooLarge: ProblemType.TOO_LARGE,
    NotSignedIn: ProblemType.NOT_ALLOWED,
    refusals.PollNotFound: ProblemType.UNKNOWN_POLL,
    refusals.WrongState: ProblemType.WRONG_STATE,
    refusals.AnotherPollActive: ProblemType.ANOTHER_POLL_ACTIVE,
    refusals.ChangedMeanwhile: ProblemType.CHANGED_MEANWHILE,
    refusals.ClosesAtRefused: ProblemType.MALFORMED,
    refusals.BadCursor: ProblemType.MALFORMED,
    refusals.Unavailable: ProblemType.UNAVAILABLE,
}


def resolver(settings: HttpSettings) -> APIGatewayHttpResolver:
    """Return a resolver that refuses what did not come through the edge; every error is a `Problem`."""
    app, logger = APIGatewayHttpResolver(), Logger()

    def sharing() -> dict[str, str]:
        return cross_origin_headers(app.current_event.headers, settings.allowed_origins)

    def problem(
        kind: ProblemType, detail: str | None = None, errors: tuple[FieldError, ...] | None = None
    ) -> Response[str]:
        logger.info("refused", problem=kind.slug, detail=detail)
        body = Problem.of(kind, detail, errors=errors)
        return json_answer(body, kind.status, headers=sharing(), media_type=MEDIA_TYPE)

    def require_edge(app: APIGatewayHttpResolver, next_middleware: NextMiddleware) -> Response[str]:
        secret = parameters.get_secret(
            settings.origin_secret_arn, transform="json", max_age=SECRET_MAX_AGE_SECONDS
        )
        if not came_through_edge(app.current_event.headers, secret):
            return problem(ProblemType.ORIGIN_NOT_VERIFIED)
        answer = next_middleware(app)
        answer.headers.update(sharing())
        return answer

    def refused(error: Refused) -> Response[str]:
        return problem(PROBLEMS[type(error)], error.message, error.errors)

    def no_secret(error: GetParameterError) -> Response[str]:
        logger.error("the origin secret cannot be read", exc_info=error)
        return problem(ProblemType.UNAVAILABLE)

    def failed(error: Exception) -> Response[str]:
        logger.error("unexpected", exc_info=error)
        return problem(ProblemType.INTERNAL)

    def not_found(_: NotFoundError) -> Response[str]:
        return problem(ProblemType.NOT_FOUND)

    app.use([require_edge])
    app.exception_handler(list(PROBLEMS))(refused)
    app.exception_handler(GetParameterError)(no_secret)
    app.exception_handler(Exception)(failed)
    app.not_found(not_found)
    return app


def entry_point(
    app: APIGatewayHttpResolver, metric: str
) -> Callable[[dict[str, Any], LambdaContext], dict[str, Any]]:
    """Return the function that Lambda calls: logs carry the request's id, `metric` counts the requests."""
    logger, metrics = Logger(), Metrics()

    @logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_HTTP)
    @metrics.log_metrics
    def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        metrics.add_metric(name=metric, unit=MetricUnit.Count, value=1)
        return app.resolve(event, context)

    return handler


def json_answer(
    body: Contract,
    status: HTTPStatus = HTTPStatus.OK,
    *,
    cache: str = PRIVATE,
    headers: Mapping[str, str] | None = None,
    media_type: str = "application/json",
) -> Response[str]:
    """Return the contract as the answer; nobody may keep it unless `cache` says so."""
    return Response(
        status_code=status,
        content_type=media_type,
        body=body.model_dump_json(exclude_none=media_type == MEDIA_TYPE),
        headers={"Cache-Control": cache, **(headers or {})},
    )


def read_body[M: BaseModel](app: APIGatewayHttpResolver, model: type[M], *, required: bool = True) -> M:
    """Return the JSON body as `model`; an absent one reads as `{}` unless `required`.

    Raises `NotJson`, `TooLarge` or `Malformed`, which names each field at fault and repeats no value.
    """
    event = app.current_event
    if not event.body and not required:
        return read(model, b"{}")
    if event.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise NotJson
    text = event.body or ""
    body = base64.b64decode(text) if event.is_base64_encoded else text.encode(errors="surrogatepass")
    if len(body) > MAX_BODY_BYTES:
        raise TooLarge(f"At most {MAX_BODY_BYTES} bytes are taken")
    return read(model, body)


def read[M: BaseModel](model: type[M], given: bytes | Mapping[str, str]) -> M:
    """Return JSON text or text fields as `model`. Raises `Malformed`."""
    try:
        return model.model_validate_json(given) if isinstance(given, bytes) else model.model_validate(given)
    except ValidationError as error:
        raise Malformed(errors=tuple(map(_field_error, error.errors()[:MAX_FIELD_ERRORS]))) from error


def poll_id_of(path_part: str) -> PollId:
    """Return the path's poll id. Raises `PollNotFound` for what cannot be one: all unknowns look alike."""
    try:
        return _POLL_ID.validate_python(path_part)
    except ValidationError as error:
        raise refusals.PollNotFound from error


def organiser(app: APIGatewayHttpResolver) -> str:
    """Return the subject of the token that the gateway's authorizer has checked. Raises `NotSignedIn`."""
    authorizer = app.current_event.raw_event["requestContext"].get("authorizer") or {}
    subject = authorizer.get("jwt", {}).get("claims", {}).get("sub")
    if not isinstance(subject, str) or not subject:
        raise NotSignedIn
    return subject


def _field_error(error: Mapping[str, object]) -> FieldError:
    path = error["loc"] if isinstance(error["loc"], tuple) else ()
    message = str(error["msg"]).removeprefix("Value error, ")
    return FieldError(field=".".join(map(str, path)) or "body", message=message)
