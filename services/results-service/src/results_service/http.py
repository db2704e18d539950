"""How this service answers over HTTP: the edge check before, one table of refusals after."""

import base64
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware
from aws_lambda_powertools.utilities import parameters
from aws_lambda_powertools.utilities.parameters.exceptions import GetParameterError
from contracts.edge import came_through_edge, cross_origin_headers
from contracts.ids import PollId
from contracts.model import Contract
from contracts.problem import MEDIA_TYPE, FieldError, Problem, ProblemType
from pydantic import BaseModel, TypeAdapter, ValidationError

from results_service.config import HttpSettings
from results_service.domain.errors import ForeignPass, Refused, ResultsHidden, StoreUnavailable, UnknownPoll

PRIVATE: Final = "private, no-store"
SHARED_BRIEFLY: Final = "public, max-age=0, s-maxage=2"
MAX_BODY_BYTES: Final = 16 * 1024
MAX_FIELD_ERRORS: Final = 20
SECRET_MAX_AGE_SECONDS: Final = 300

_POLL_ID: Final[TypeAdapter[str]] = TypeAdapter(PollId)
logger = Logger()


class Malformed(Refused):
    """The body is not what this route takes."""


class NotJson(Refused):
    """The body is not declared as JSON."""


class TooLarge(Refused):
    """The body is larger than anything this service takes."""


PROBLEMS: Final[dict[type[Refused], ProblemType]] = {
    Malformed: ProblemType.MALFORMED,
    NotJson: ProblemType.NOT_JSON,
    TooLarge: ProblemType.TOO_LARGE,
    UnknownPoll: ProblemType.UNKNOWN_POLL,
    ResultsHidden: ProblemType.RESULTS_HIDDEN,
    ForeignPass: ProblemType.BAD_RESULTS_PASS,
}


def resolver(settings: HttpSettings) -> APIGatewayHttpResolver:
    """Return a resolver that refuses what did not come through the edge and answers errors as `Problem`s."""
    app = APIGatewayHttpResolver()

    def sharing() -> dict[str, str]:
        return cross_origin_headers(app.current_event.headers, settings.allowed_origins)

    def problem(
        kind: ProblemType, detail: str | None = None, errors: tuple[FieldError, ...] | None = None
    ) -> Response[str]:
        logger.info("refused", problem=kind.slug, detail=detail)
        body = Problem.of(kind, detail, errors=errors)
        return json_answer(body, kind.status, headers=sharing(), media_type=MEDIA_TYPE)

    def require_edge(app: APIGatewayHttpResolver, next_middleware: NextMiddleware) -> Response[str]:
        if not came_through_edge(app.current_event.headers, read_secret(settings.origin_secret_arn)):
            return problem(ProblemType.ORIGIN_NOT_VERIFIED)
        answer = next_middleware(app)
        answer.headers.update(sharing())
        return answer

    def refused(error: Refused) -> Response[str]:
        return problem(PROBLEMS[type(error)], error.message, error.errors)

    def unavailable(error: Exception) -> Response[str]:
        logger.error("something this function needs cannot be read", exc_info=error)
        return problem(ProblemType.UNAVAILABLE)

    def failed(error: Exception) -> Response[str]:
        logger.error("unexpected", exc_info=error)
        return problem(ProblemType.INTERNAL)

    def not_found(_: NotFoundError) -> Response[str]:
        return problem(ProblemType.NOT_FOUND)

    app.use([require_edge])
    app.exception_handler(list(PROBLEMS))(refused)
    app.exception_handler([StoreUnavailable, GetParameterError])(unavailable)
    app.exception_handler(Exception)(failed)
    app.not_found(not_found)
    return app


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


def poll_in_path(text: str) -> PollId:
    """Return the path's poll id. Raises `UnknownPoll`: what is no poll id cannot be the id of a poll."""
    try:
        return _POLL_ID.validate_python(text)
    except ValidationError as error:
        raise UnknownPoll("A poll id is 26 characters of 0-9 and a-z without i, l, o and u") from error


def read_body[M: BaseModel](app: APIGatewayHttpResolver, model: type[M]) -> M:
    """Return the JSON body as `model`.

    Raises `NotJson`, `TooLarge` or `Malformed`, which names each field at fault and repeats no value.
    """
    event = app.current_event
    if event.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise NotJson
    text = event.body or ""
    body = base64.b64decode(text) if event.is_base64_encoded else text.encode(errors="surrogatepass")
    if len(body) > MAX_BODY_BYTES:
        raise TooLarge(f"At most {MAX_BODY_BYTES} bytes are taken")
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        raise Malformed(errors=tuple(map(_field_error, error.errors()[:MAX_FIELD_ERRORS]))) from error


def read_secret(arn: str) -> dict[str, str]:
    """Return a JSON secret, kept for some minutes. Raises `GetParameterError`."""
    secret: dict[str, str] = parameters.get_secret(arn, transform="json", max_age=SECRET_MAX_AGE_SECONDS)
    return secret


def _field_error(error: Mapping[str, object]) -> FieldError:
    path = error["loc"] if isinstance(error["loc"], tuple) else ()
    message = str(error["msg"]).removeprefix("Value error, ")
    return FieldError(field=".".join(map(str, path)) or "body", message=message)
