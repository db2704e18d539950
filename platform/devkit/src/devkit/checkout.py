"""Paths of this checkout: its root, and the directory of files that commands create."""

import os
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[4]


def state_directory() -> Path:
    """Return the state directory: `DEV_STATE`, otherwise `.dev` in the checkout."""
    return Path(os.environ.get("DEV_STATE", ROOT / ".dev")).resolve()
