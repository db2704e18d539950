"""What all tests of a folder or a file share: opened by the first of them, closed after the last.

A fixture of the scope `session` would keep an emulated account, or Playwright's event loop, while the tests
of other folders run, in any order, and pytest has no scope of a folder without `__init__.py`.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from typing import Final

import pytest

from testkit.world import World, deployed_world

_WORLD: Final = pytest.StashKey[World]()

type Owner = type[pytest.Dir | pytest.Module]


def shared[T](
    request: pytest.FixtureRequest,
    key: pytest.StashKey[T],
    opened: Callable[[], AbstractContextManager[T]],
    of: Owner = pytest.Dir,
) -> T:
    """Return what the tests of this test's folder, or of its file, share under `key`; open it if need be."""
    owner: pytest.Dir | pytest.Module | None = request.node.getparent(of)
    if owner is None:
        raise LookupError(f"{request.node.nodeid} is in no {of.__name__}")
    if key not in owner.stash:
        resources = ExitStack()
        owner.stash[key] = resources.enter_context(opened())
        resources.callback(owner.stash.__delitem__, key)
        owner.addfinalizer(resources.close)
    return owner.stash[key]


def shared_world(request: pytest.FixtureRequest, of: Owner = pytest.Dir) -> World:
    """Return the World of the test's folder, or of its file, with nothing in it.

    A folder in which other files expect no emulated account gives each file a World of its own.
    """
    world = shared(request, _WORLD, deployed_world, of)
    world.reset()
    return world
