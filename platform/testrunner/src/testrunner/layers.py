"""The test layers and their folders."""

import math
import os
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

from devkit.checkout import ROOT
from devkit.failure import Failure

_FOLDERS: Final = {
    "unit": ("libs/*/tests", "platform/*/tests", "services/*/tests/unit"),
    "integration": (
        "platform/*/tests/integration",
        "services/*/tests/integration",
        "tests/exactness",
        "tests/costs",
    ),
    "contract": ("tests/contract",),
    "browser": ("services/*/tests/browser",),
    "e2e": ("tests/e2e",),
}


class Layer(StrEnum):
    """A test layer, from quick unit tests to tests of the whole system."""

    UNIT = "unit"
    INTEGRATION = "integration"
    CONTRACT = "contract"
    BROWSER = "browser"
    E2E = "e2e"

    @property
    def needs_chromium(self) -> bool:
        """Whether its tests use pages: `browser` with a fake API, `e2e` with the real one."""
        return self in {Layer.BROWSER, Layer.E2E}

    @property
    def starts_stacks(self) -> bool:
        """Whether its tests use running stacks: they mostly wait, so other layers run in parallel."""
        return self is Layer.E2E

    @property
    def workers(self) -> str:
        """The number of pytest-xdist workers.

        One per core, or per stack. A page test waits for Chromium, so three of them share two cores; with
        four, each takes more CPU time.
        """
        match self:
            case Layer.E2E:
                return "2"
            case Layer.BROWSER:
                return str(math.ceil(1.5 * (os.process_cpu_count() or 1)))
            case _:
                return "auto"

    def folders(self, root: Path = ROOT) -> list[Path]:
        """Return the folders of this layer's tests, in a stable order."""
        return list(_found(self, root))

    def ignored(self, root: Path = ROOT) -> list[Path]:
        """Return the folders inside `folders` that belong to another layer."""
        return list(_ignored(self, root))

    def holds(self, test: Path, root: Path = ROOT) -> bool:
        """Return whether a test file belongs to this layer."""
        parents = set(test.parents)
        return not parents.isdisjoint(_found(self, root)) and parents.isdisjoint(_ignored(self, root))


# Cached: a check of all test files needs the folders thousands of times.
@cache
def _found(layer: Layer, root: Path) -> tuple[Path, ...]:
    return tuple(folder for pattern in _FOLDERS[layer] for folder in sorted(root.glob(pattern)))


@cache
def _ignored(layer: Layer, root: Path) -> tuple[Path, ...]:
    others = (folder for other in Layer if other is not layer for folder in _found(other, root))
    mine = set(_found(layer, root))
    return tuple(other for other in others if not mine.isdisjoint(other.parents))


def service_paths(service: str | None, layer: Layer, root: Path = ROOT) -> tuple[str, ...]:
    """Return the folders of one service's tests in this layer; empty without a service, for the whole layer.

    Raises:
        Failure: the service does not exist; with the names of all services.
    """
    if service is None:
        return ()
    known = sorted(folder.name for folder in (root / "services").iterdir() if (folder / "tests").is_dir())
    if service not in known:
        raise Failure(f"No service {service!r} with tests.", f"Services: {', '.join(known)}.")
    own = root / "services" / service
    return tuple(str(folder.relative_to(root)) for folder in layer.folders(root) if own in folder.parents)
