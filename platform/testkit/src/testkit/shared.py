"""Resources shared by all tests of a folder or a file: opened by the first test, closed after the last.

A `session` fixture would keep an emulated account, or Playwright's event loop, while tests of other folders
run, in any order, and pytest has no scope for a folder without `__init__.py`.
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
    """Return the resource that a folder's or file's tests share under `key`; open it if necessary."""
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
    """Return the empty World of the test's folder, or of its file.

    In a folder where other files expect no emulated account, use one World per file.
    """
    world = shared(request, _WORLD, deployed_world, of)
    world.reset()
    return world
