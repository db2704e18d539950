"""Fixtures of the contract tests: one World for each file, emptied before each test."""

import pytest
from testkit.shared import shared_world
from testkit.world import World

from .journey import Journey


@pytest.fixture
def world(request: pytest.FixtureRequest) -> World:
    """The data of all stacks, empty."""
    return shared_world(request, pytest.Module)


@pytest.fixture
def journey(world: World, monkeypatch: pytest.MonkeyPatch) -> Journey:
    return Journey(world, monkeypatch)
