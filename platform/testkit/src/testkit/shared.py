"""One World for all tests of a folder: deployed by its first test, closed after its last."""

from contextlib import ExitStack
from typing import Final

import pytest

from testkit.world import World, deployed_world

_WORLD: Final = pytest.StashKey[World]()


def shared_world(request: pytest.FixtureRequest) -> World:
    """Return the World of the test's folder with nothing in it, for a fixture of any scope.

    A fixture of the scope `session` would keep the emulated account while other folders' tests run, in
    whatever order, and pytest has no scope of a folder without `__init__.py`.
    """
    folder: pytest.Dir | None = request.node.getparent(pytest.Dir)
    if folder is None:
        raise LookupError(f"{request.node.nodeid} is in no folder")
    if _WORLD in folder.stash:
        folder.stash[_WORLD].reset()
        return folder.stash[_WORLD]
    account = ExitStack()
    folder.stash[_WORLD] = world = account.enter_context(deployed_world())
    account.callback(folder.stash.__delitem__, _WORLD)
    folder.addfinalizer(account.close)
    return world
