"""A voter's scope applies to their own poll only."""

import pytest
from contracts.ids import new_poll_id
from contracts.visibility import Scope
from realtime_service.domain.subscriber import Subscriber

MINE, OTHER = new_poll_id(), new_poll_id()


def test_a_voters_scope_holds_for_their_poll_only() -> None:
    subscriber = Subscriber(Scope.VOTER, MINE)
    assert subscriber.scope_for(MINE) is Scope.VOTER
    assert subscriber.scope_for(OTHER) is Scope.PUBLIC


@pytest.mark.parametrize("scope", [Scope.PUBLIC, Scope.ORGANISER])
def test_other_scopes_hold_for_every_poll(scope: Scope) -> None:
    assert Subscriber(scope).scope_for(OTHER) is scope


@pytest.mark.parametrize(
    ("scope", "poll_id"),
    [(Scope.VOTER, None), (Scope.ORGANISER, MINE), (Scope.PUBLIC, MINE)],
    ids=["voter-without", "organiser-with", "public-with"],
)
def test_only_a_voter_scope_names_a_poll(scope: Scope, poll_id: str | None) -> None:
    with pytest.raises(ValueError, match="names a poll"):
        Subscriber(scope, poll_id)


@pytest.mark.parametrize(
    "subscriber", [Subscriber(Scope.PUBLIC), Subscriber(Scope.VOTER, MINE), Subscriber(Scope.ORGANISER)]
)
def test_the_role_survives_the_authorizers_context(subscriber: Subscriber) -> None:
    assert (
        Subscriber.from_context({**subscriber.as_context(), "principalId": "x", "integrationLatency": 3})
        == subscriber
    )


@pytest.mark.parametrize("context", [{}, {"scope": "owner"}, {"scope": "voter"}])
def test_context_without_valid_scope_is_rejected(context: dict[str, str]) -> None:
    with pytest.raises((KeyError, ValueError)):
        Subscriber.from_context(context)
