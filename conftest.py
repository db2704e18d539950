"""Lets pytest import tests below `platform/` without losing the standard library's module of that name.

Tests are imported by their path from the root, so theirs begin with `platform.`; pytest would put an empty
namespace in the place of the real module. Given a path, the real one serves as that namespace, too.

And lets Hypothesis take its time: an example that a busy machine runs slowly has not failed.
"""

import platform
from pathlib import Path

from hypothesis import settings

settings.register_profile("unhurried", settings(), deadline=None)
settings.load_profile("unhurried")
platform.__path__ = [str(Path(__file__).parent / "platform")]
