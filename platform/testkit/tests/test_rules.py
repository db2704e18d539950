"""`offenders` reports every subject that violates a rule."""

import pytest
from testkit.rules import offenders


def odd(number: int) -> str:
    assert number != 4, "four"
    return "odd" if number % 2 else ""


def test_all_offenders_are_reported_even_after_an_exception() -> None:
    found = offenders([1, 2, 3, 4, 5], odd)
    assert {name: str(what).splitlines()[0] for name, what in found.items()} == {
        "1": "odd", "3": "odd", "4": "AssertionError: four", "5": "odd",
    }  # fmt: skip


def test_a_rule_without_subjects_is_an_error() -> None:
    with pytest.raises(LookupError):
        offenders([], odd)
