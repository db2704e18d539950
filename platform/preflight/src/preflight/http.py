"""How a preflight is answered: the edge check before, one policy, one body for errors."""

from http import HTTPStatus
from typing import Final

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware
from aws_lambda_powertools.utilities import parameters
from contracts.edge import came_through_edge, preflight_headers
from contracts.problem import MEDIA_TYPE, Problem, ProblemType

from preflight.config import Settings

SECRET_MAX_AGE_SECONDS: Final = 300
logger = Logger()


def resolver(settings: Settings) -> APIGatewayHttpResolver:
    """Return a resolver that answers every OPTIONS request by the allow-list and nothing else."""
    app = APIGatewayHttpResolver()

    def require_edge(app: APIGatewayHttpResolver, next_middleware: NextMiddleware) -> Response[str]:
        secret = parameters.get_secret(
            settings.origin_secret_arn, transform="json", max_age=SECRET_MAX_AGE_SECONDS
        )
        if not came_through_edge(_headers(app), secret):
            return problem_answer(ProblemType.ORIGIN_NOT_VERIFIED)
        return next_middleware(app)

    def answer() -> Response[str]:
        headers = preflight_headers(_headers(app), settings.allowed_origins)
        return Response(HTTPStatus.NO_CONTENT, body="", headers={**headers, "Cache-Control": "no-store"})

    def nothing_here(_: NotFoundError) -> Response[str]:
        return problem_answer(ProblemType.NOT_FOUND)

    def failed(error: Exception) -> Response[str]:
        logger.error("the preflight could not be answered", exc_info=error)
        return problem_answer(ProblemType.INTERNAL)

    app.use([require_edge])
    app.route("/.*", method="OPTIONS")(answer)
    app.not_found(nothing_here)
    app.exception_handler(Exception)(failed)
    return app


def problem_answer(kind: ProblemType) -> Response[str]:
    """Return the problem of this kind as an answer that nobody caches."""
    return Response(
        kind.status,
        content_type=MEDIA_TYPE,
        body=Problem.of(kind).model_dump_json(exclude_none=True),
        headers={"Cache-Control": "no-store", "Vary": "Origin"},
    )


def _headers(app: APIGatewayHttpResolver) -> dict[str, str]:
    return {name.lower(): value for name, value in app.current_event.headers.items()}
