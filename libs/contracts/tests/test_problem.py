"""Problems: one body, each kind with its own name and status."""

from http import HTTPStatus

import pytest
from contracts.problem import FieldError, Problem, ProblemType
from pydantic import ValidationError


@pytest.mark.parametrize("kind", ProblemType)
def test_a_problem_says_its_kind_status_and_title(kind: ProblemType) -> None:
    problem = Problem.of(
        kind, "because", retry_after=3, errors=(FieldError(field="choice", message="missing"),)
    )
    assert problem.model_dump(mode="json", exclude_none=True) == {
        "type": f"/problems/{kind.slug}",
        "title": kind.title,
        "status": kind.status.value,
        "detail": "because",
        "retry_after": 3,
        "errors": [{"field": "choice", "message": "missing"}],
    }


def test_no_two_kinds_share_a_name() -> None:
    assert len({kind.slug for kind in ProblemType}) == len(ProblemType)


def test_the_statuses_of_a_vote_are_all_there() -> None:
    assert {401, 403, 404, 409, 410, 413, 415, 422, 429, 503} <= {kind.status for kind in ProblemType}


def test_success_is_no_problem() -> None:
    with pytest.raises(ValidationError):
        Problem(type="/problems/fine", title="Fine", status=HTTPStatus.OK)
