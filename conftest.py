"""Lets pytest import tests below `platform/` without losing the standard library's module of that name.

Tests are imported by their path from the root, so theirs begin with `platform.`; pytest would put an empty
namespace in the place of the real module. Given a path, the real one serves as that namespace, too.

And sets how many examples Hypothesis tries: `HYPOTHESIS_PROFILE=ci` the same few in each run, `full` many and
others each time. None has a deadline: an example that a busy machine runs slowly has not failed.
"""

import gc
import os
import platform
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("ci", settings(), deadline=None, max_examples=30, derandomize=True, print_blob=True)
settings.register_profile("full", settings(), deadline=None, max_examples=500, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))
platform.__path__ = [str(Path(__file__).parent / "platform")]


def pytest_configure(config: pytest.Config) -> None:
    """Keep random numbers random: the order of tests follows a seed, what they draw does not."""
    if hasattr(config.option, "randomly_reset_seed"):
        config.option.randomly_reset_seed = False


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Leave what was imported out of garbage collections: half a million objects that live to the end."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
