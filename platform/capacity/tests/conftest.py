"""Capacities for the simulation's tests."""

from collections.abc import Callable, Mapping

import pytest
from capacity.limits import read_limits, read_settings
from capacity.simulation import Capacity

type MakeCapacity = Callable[..., Capacity]


@pytest.fixture
def capacity() -> MakeCapacity:
    """Return a maker of capacities with the given limits and no others."""

    def make(
        limits: Mapping[str, float] | None = None,
        partitions: int = 4,
        buckets: int = 16,
        batching_seconds: float = 1,
        batch_size: int = 1000,
        **more: int,
    ) -> Capacity:
        durations, settings = read_limits().durations, read_settings()
        return Capacity(
            limits or {}, {}, durations, settings, partitions, buckets, batching_seconds, batch_size, **more
        )

    return make
