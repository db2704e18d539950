"""Lets pytest import tests below `platform/` without losing the standard library's module of that name.

Tests are imported by their path from the root, so theirs begin with `platform.`; pytest would put an empty
namespace in the place of the real module. Given a path, the real one serves as that namespace, too.
"""

import platform
from pathlib import Path

platform.__path__ = [str(Path(__file__).parent / "platform")]
