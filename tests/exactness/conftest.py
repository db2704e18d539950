"""Fixtures: the handlers of several services at once, without AWS."""

from collections.abc import Iterator

import pytest

from .handlers import at_hand


@pytest.fixture(autouse=True, scope="module")
def handlers_at_hand() -> Iterator[None]:
    with at_hand():
        yield
