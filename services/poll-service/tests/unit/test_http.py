"""Every refusal has its answer."""

from contracts.problem import ProblemType
from contracts.refusal import DomainError
from poll_service.domain import errors
from poll_service.http import PROBLEMS


def test_every_refusal_has_a_problem_but_the_one_that_no_request_meets() -> None:
    ours = {one for one in DomainError.__subclasses__() if one.__module__ == errors.__name__}

    assert PROBLEMS.keys() == ours - {errors.TooEarly}


def test_no_refusal_is_answered_as_a_fault_of_ours() -> None:
    assert ProblemType.INTERNAL not in PROBLEMS.values()
