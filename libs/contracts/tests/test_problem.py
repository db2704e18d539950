"""Problems: one body, each type with its own slug and status."""

from http import HTTPStatus

import pytest
from contracts.api import CastVote
from contracts.polls import CreatePoll
from contracts.problem import MAX_FIELD_ERRORS, FieldError, Problem, ProblemType, field_errors
from pydantic import ValidationError


@pytest.mark.parametrize("kind", ProblemType)
def test_problem_contains_type_status_and_title(kind: ProblemType) -> None:
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


def test_problem_types_cover_all_statuses_of_a_vote() -> None:
    assert {401, 403, 404, 409, 410, 413, 415, 422, 429, 503} <= {kind.status for kind in ProblemType}


def test_problem_with_success_status_is_rejected() -> None:
    with pytest.raises(ValidationError):
        Problem(type="/problems/fine", title="Fine", status=HTTPStatus.OK)


def test_field_errors_name_fields_and_never_repeat_values() -> None:
    with pytest.raises(ValidationError) as caught:
        CreatePoll.model_validate({"question": "hush\n", "options": {"a": {"label": "hush"}, "b": 7}})
    errors = field_errors(caught.value)
    assert [error.field for error in errors] == ["options.b"]
    assert all("hush" not in error.message for error in errors)


def test_error_of_whole_body_names_field_body() -> None:
    with pytest.raises(ValidationError) as caught:
        CastVote.model_validate_json("not JSON")
    assert [error.field for error in field_errors(caught.value)] == ["body"]


def test_number_of_field_errors_is_limited() -> None:
    with pytest.raises(ValidationError) as caught:
        CastVote.model_validate({f"field{number}": 1 for number in range(1000)})
    assert len(field_errors(caught.value)) == MAX_FIELD_ERRORS
