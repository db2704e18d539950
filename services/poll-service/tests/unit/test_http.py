"""Every domain error maps to a problem."""

from contracts.domain_error import DomainError
from contracts.problem import ProblemType
from poll_service.domain import errors
from poll_service.http import PROBLEMS


def test_every_domain_error_but_too_early_has_a_problem() -> None:
    ours = {one for one in DomainError.__subclasses__() if one.__module__ == errors.__name__}

    assert PROBLEMS.keys() == ours - {errors.TooEarly}


def test_no_domain_error_maps_to_an_internal_error() -> None:
    assert ProblemType.INTERNAL not in PROBLEMS.values()
