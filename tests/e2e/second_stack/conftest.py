"""A second stack for tests that stop it, deploy over it, or need an emulator as weak as AWS (ADR 39)."""

from collections.abc import Iterator

import pytest

from ..conftest import STACK, STATE, own_stack
from ..live_stack import Organiser, Running


@pytest.fixture(scope="session")
def running(request: pytest.FixtureRequest) -> Iterator[Running]:
    """Return the second stack."""
    with own_stack(STATE.with_name(f"{STATE.name}-second"), weak_guarantees=True) as started:
        request.config.stash[STACK] = started
        yield started


@pytest.fixture(scope="module")
def organiser(running: Running) -> Organiser:
    """Return an organiser with a session of this file: another file may have ended all sessions."""
    return Organiser(running)
