"""How this service answers over HTTP: the edge and page checks before, one table of refusals after."""

import base64
from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from math import ceil
from typing import Final

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware
from aws_lambda_powertools.shared.cookies import Cookie, SameSite
from aws_lambda_powertools.utilities import parameters
from aws_lambda_powertools.utilities.parameters.exceptions import GetParameterError
from contracts.edge import came_through_edge, cross_origin_headers, is_same_origin
from contracts.keys import UnknownKeyId
from contracts.model import Contract
from contracts.problem import MEDIA_TYPE, FieldError, Problem, ProblemType
from pydantic import BaseModel, ValidationError

from vote_service.config import IssueBallotSettings
from vote_service.domain import refusals
from vote_service.domain.ballot import KEPT_FOR
from vote_service.domain.refusals import Refused

PRIVATE: Final = "private, no-store"
BALLOT_COOKIE: Final = "__Host-ballot"
MAX_BODY_BYTES: Final = 4 * 1024
MAX_FIELD_ERRORS: Final = 20

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
    refusals.NoBallot: ProblemType.NO_BALLOT,
    refusals.BadBallot: ProblemType.BAD_BALLOT,
    refusals.BallotExpired: ProblemType.BALLOT_EXPIRED,
    refusals.PollUnknown: ProblemType.UNKNOWN_POLL,
    refusals.NotOpenYet: ProblemType.NOT_OPEN_YET,
    refusals.PollClosed: ProblemType.CLOSED,
    refusals.PolicyNotMet: ProblemType.NOT_ALLOWED,
    refusals.AlreadyVoted: ProblemType.ALREADY_VOTED,
    refusals.Throttled: ProblemType.THROTTLED,
    refusals.NotConfirmed: ProblemType.NOT_CONFIRMED,
    refusals.Unavailable: ProblemType.UNAVAILABLE,
}


def resolver(settings: IssueBallotSettings) -> APIGatewayHttpResolver:
    """Return a resolver that takes what our own page sent through the edge; errors become `Problem`s."""
    app = APIGatewayHttpResolver()

    def require_edge(app: APIGatewayHttpResolver, next_middleware: NextMiddleware) -> Response[str]:
        secret = parameters.get_secret(settings.origin_secret_arn, transform="json", max_age=300)
        if not came_through_edge(app.current_event.headers, secret):
            return problem(ProblemType.ORIGIN_NOT_VERIFIED)
        return next_middleware(app)

    def require_own_page(app: APIGatewayHttpResolver, next_middleware: NextMiddleware) -> Response[str]:
        if not is_same_origin(app.current_event.headers, settings.site_origin):
            return problem(ProblemType.FOREIGN_ORIGIN)
        return next_middleware(app)

    def refused(error: Refused) -> Response[str]:
        kind = PROBLEMS[type(error)]
        if kind.status.is_server_error:
            logger.exception("not done", problem=kind.slug, exc_info=error)
        else:
            logger.info("refused", problem=kind.slug)
        return problem(kind, error)

    def no_key(error: GetParameterError | UnknownKeyId) -> Response[str]:
        logger.exception("a secret cannot be read or lacks a key", exc_info=error)
        return problem(ProblemType.UNAVAILABLE, refusals.Unavailable())

    def failed(error: Exception) -> Response[str]:
        logger.exception("unexpected", exc_info=error)
        return problem(ProblemType.INTERNAL)

    def not_found(_: NotFoundError) -> Response[str]:
        return problem(ProblemType.NOT_FOUND)

    app.use([require_edge, require_own_page])
    app.exception_handler(list(PROBLEMS))(refused)
    app.exception_handler([GetParameterError, UnknownKeyId])(no_key)
    app.exception_handler(Exception)(failed)
    app.not_found(not_found)
    return app


def problem(kind: ProblemType, because: Refused | None = None) -> Response[str]:
    """Return the problem as the answer, with what the refusal says for the person who asked."""
    because = because or Refused()
    retry_after = _seconds_until(because.opens_at) or because.retry_after
    body = Problem.of(
        kind, because.message, errors=because.errors, retry_after=retry_after, opens_at=because.opens_at
    )
    waiting = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return json_answer(body, kind.status, headers=waiting, media_type=MEDIA_TYPE)


def json_answer(
    body: Contract,
    status: HTTPStatus = HTTPStatus.OK,
    *,
    headers: Mapping[str, str] | None = None,
    cookies: list[Cookie] | None = None,
    media_type: str = "application/json",
) -> Response[str]:
    """Return the contract as the answer. Nobody may keep it, and no foreign page may read it."""
    return Response(
        status_code=status,
        content_type=media_type,
        body=body.model_dump_json(exclude_none=media_type == MEDIA_TYPE),
        headers={"Cache-Control": PRIVATE, **cross_origin_headers({}, ()), **(headers or {})},
        cookies=cookies,
    )


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
        raise Malformed(errors=tuple(map(_field_error, error.errors()[:MAX_FIELD_ERRORS]))) from None


def read_ballot_cookie(app: APIGatewayHttpResolver) -> str | None:
    """Return the text of the ballot's cookie, if there is one."""
    for cookie in app.current_event.raw_event.get("cookies") or ():
        name, _, value = cookie.partition("=")
        if name.strip() == BALLOT_COOKIE:
            return str(value)
    return None


def ballot_cookie(ballot: str) -> Cookie:
    """Return the cookie that carries a ballot: to our own pages only, out of reach of their scripts."""
    return Cookie(
        BALLOT_COOKIE,
        ballot,
        path="/",
        secure=True,
        http_only=True,
        same_site=SameSite.STRICT_MODE,
        max_age=int(KEPT_FOR.total_seconds()),
    )


def _seconds_until(moment: datetime | None) -> int | None:
    return None if moment is None else max(1, ceil((moment - datetime.now(UTC)).total_seconds()))


def _field_error(error: Mapping[str, object]) -> FieldError:
    path = error["loc"] if isinstance(error["loc"], tuple) else ()
    message = str(error["msg"]).removeprefix("Value error, ")
    return FieldError(field=".".join(map(str, path)) or "body", message=message)
