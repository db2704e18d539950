"""HTTP responses: a contract as JSON, or a `DomainError` as a problem (RFC 9457)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from math import ceil
from typing import Final

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.shared.cookies import Cookie
from contracts.domain_error import DomainError
from contracts.model import Contract
from contracts.problem import MEDIA_TYPE, Problem, ProblemType

PRIVATE: Final = "private, no-store"
SHARED_BRIEFLY: Final = "public, max-age=0, s-maxage=2"
"""`Cache-Control` of public responses: the edge requests them at most once in two seconds."""


class ContractAnswer(Response[str]):
    """A response with a contract as its body."""

    contract: type[Contract]


class ProblemAnswer(Response[str]):
    """A response with a problem as its body."""

    kind: ProblemType


def json_answer(
    body: Contract,
    status: HTTPStatus = HTTPStatus.OK,
    *,
    cache: str = PRIVATE,
    headers: Mapping[str, str] | None = None,
    cookies: list[Cookie] | None = None,
) -> Response[str]:
    """Return a response with the contract as JSON. It is not cacheable unless `cache` allows it."""
    answer = ContractAnswer(
        status_code=status,
        content_type="application/json",
        body=body.model_dump_json(),
        headers={"Cache-Control": cache, **(headers or {})},
        cookies=cookies,
    )
    answer.contract = type(body)
    return answer


def problem_answer(kind: ProblemType, error: DomainError | None = None) -> Response[str]:
    """Return a response with the problem and the message, field errors and times of the `DomainError`."""
    error = error or DomainError()
    retry_after = _seconds_until(error.opens_at) or error.retry_after
    body = Problem.of(
        kind, error.message, errors=error.errors, retry_after=retry_after, opens_at=error.opens_at
    )
    waiting = {} if retry_after is None else {"Retry-After": str(retry_after)}
    answer = ProblemAnswer(
        status_code=kind.status,
        content_type=MEDIA_TYPE,
        body=body.model_dump_json(exclude_none=True),
        headers={"Cache-Control": PRIVATE, **waiting},
    )
    answer.kind = kind
    return answer


def _seconds_until(moment: datetime | None) -> int | None:
    return None if moment is None else max(1, ceil((moment - datetime.now(UTC)).total_seconds()))
