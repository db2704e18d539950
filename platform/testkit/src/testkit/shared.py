"""One World for all tests of a folder or a file: deployed by the first of them, closed after the last."""

from contextlib import ExitStack
from typing import Final

import pytest

from testkit.world import World, deployed_world

_WORLD: Final = pytest.StashKey[World]()


def shared_world(request: pytest.FixtureRequest, of: type[pytest.Dir | pytest.Module] = pytest.Dir) -> World:
    """Return the World of the test's folder, or of its file, with nothing in it.

    A fixture of the scope `session` would keep the emulated account while other folders' tests run, in
    whatever order, and pytest has no scope of a folder without `__init__.py`. A folder in which other files
    expect no emulated account gives each file a World of its own.
    """
    owner: pytest.Dir | pytest.Module | None = request.node.getparent(of)
    if owner is None:
        raise LookupError(f"{request.node.nodeid} is in no {of.__name__}")
    if _WORLD in owner.stash:
        owner.stash[_WORLD].reset()
        return owner.stash[_WORLD]
    account = ExitStack()
    owner.stash[_WORLD] = world = account.enter_context(deployed_world())
    account.callback(owner.stash.__delitem__, _WORLD)
    owner.addfinalizer(account.close)
    return world
