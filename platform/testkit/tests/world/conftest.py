"""One World for the tests of this package."""

import pytest
from testkit.shared import shared_world
from testkit.world import World


@pytest.fixture
def world(request: pytest.FixtureRequest) -> World:
    return shared_world(request)
