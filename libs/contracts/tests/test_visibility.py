"""Visibility of counts for every visibility, status and scope."""

from itertools import product

import pytest
from contracts.enums import PollStatus, ResultVisibility
from contracts.visibility import Scope, counts_visible

SHOWN_TO = {
    #                draft                open                closed
    "always": ("public voter", "public voter", "public voter"),
    "after_vote": ("voter", "voter", "public voter"),
    "after_close": ("", "", "public voter"),
    "never": ("", "", ""),
}


@pytest.mark.parametrize(
    ("visibility", "status", "scope"),
    list(product(ResultVisibility, PollStatus, [Scope.PUBLIC, Scope.VOTER])),
)
def test_public_and_voters_see_counts_by_visibility(
    visibility: ResultVisibility, status: PollStatus, scope: Scope
) -> None:
    shown_to = SHOWN_TO[visibility][["draft", "open", "closed"].index(status)].split()
    assert counts_visible(visibility, status, scope) is (scope in shown_to)


@pytest.mark.parametrize(("visibility", "status"), list(product(ResultVisibility, PollStatus)))
def test_organisers_always_see_counts(visibility: ResultVisibility, status: PollStatus) -> None:
    assert counts_visible(visibility, status, Scope.ORGANISER)
