"""Makes tests below `platform/` importable without hiding the standard library's module of that name.

pytest imports tests by their path from the root, so these begin with `platform.`, and it would replace the
real module with an empty namespace. With a `__path__`, the real module also serves as that namespace.

Also sets the number of Hypothesis examples: `HYPOTHESIS_PROFILE=ci` runs the same few each time, `full` many
and different ones. Neither has a deadline: a slow example on a busy machine is not a failure.

Also sets the namespace of metrics before any module of a function is imported, because Powertools reads it
once, and drops the metrics that a test leaves.

Files with a test that is marked `slow` start first: one that starts last would leave the other workers idle.
"""

import gc
import os
import platform
import sys
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

os.environ.setdefault("POWERTOOLS_METRICS_NAMESPACE", "ThisOrThat")
settings.register_profile("ci", settings(), deadline=None, max_examples=30, derandomize=True, print_blob=True)
settings.register_profile("full", settings(), deadline=None, max_examples=500, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))
platform.__path__ = [str(Path(__file__).parent / "platform")]


def pytest_configure(config: pytest.Config) -> None:
    """Seed only the order of the tests, not the random numbers that they draw."""
    if hasattr(config.option, "randomly_reset_seed"):
        config.option.randomly_reset_seed = False


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Move the files with slow tests to the front, in the order that pytest-randomly gave them."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(autouse=True)
def _drop_metrics() -> Iterator[None]:
    """Drop the metrics that a test has left: Powertools stores them for the whole process."""
    yield
    if powertools := sys.modules.get("aws_lambda_powertools.metrics"):
        powertools.Metrics().clear_metrics()


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None]:
    """Collect garbage neither during the imports nor, later, in the half a million objects they leave."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.set_threshold(20_000, 20, 50)
        gc.enable()
