"""Polls of each policy, and browsers with a voter token."""

from collections.abc import Callable
from typing import Any

import pytest
from contracts.enums import VoterPolicy


@pytest.fixture
def open_poll(stack: Any, make_poll: Any) -> Callable[..., Any]:
    """Return a factory of polls with a copy in VotingState."""

    def make(policy: VoterPolicy, **state: Any) -> Any:
        poll = make_poll(policy=policy, **state)
        stack.track(poll)
        return poll

    return make


@pytest.fixture
def by_code(open_poll: Any) -> str:
    return str(open_poll(VoterPolicy.CODE).poll_id)


@pytest.fixture
def by_network(open_poll: Any) -> str:
    return str(open_poll(VoterPolicy.NETWORK).poll_id)


@pytest.fixture
def browser(new_browser: Any) -> Callable[[], Any]:
    """Return a factory of browsers with a voter token."""

    def make() -> Any:
        fresh = new_browser()
        fresh.post("/voter-token")
        return fresh

    return make
