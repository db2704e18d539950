"""Every refusal has its answer."""

from contracts.problem import ProblemType
from poll_service.domain.refusals import Refused, TooEarly
from poll_service.http import PROBLEMS


def test_every_refusal_has_a_problem_but_the_one_that_no_request_meets() -> None:
    assert PROBLEMS.keys() == set(Refused.__subclasses__()) - {TooEarly}


def test_no_refusal_is_answered_as_a_fault_of_ours() -> None:
    assert ProblemType.INTERNAL not in PROBLEMS.values()
