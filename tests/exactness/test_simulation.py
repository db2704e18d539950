"""The simulation's broadcasts agree with those of the real functions, beyond rates where chance decides."""

import pytest
from capacity.design import OURS
from capacity.limits import read_limits, read_settings
from capacity.simulation import Capacity, Scenario, simulate

from .broadcasts import SECONDS, broadcasts

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")


@pytest.mark.parametrize(("rate", "audience"), [(20, 10), (50, 1_000), (20, 10_000)])
def test_simulated_pages_get_as_many_messages_as_the_real_functions_send(rate: int, audience: int) -> None:
    settings = read_settings()
    durations, size = read_limits().durations, settings.batch_size
    one_shard = Capacity(
        {}, {}, durations, settings, partitions=1, buckets=16, batching_seconds=1, batch_size=size
    )
    scenario = Scenario(rate, audience, SECONDS, rise_seconds=0.1, arrival_seconds=30)
    simulated = simulate(scenario, OURS, one_shard, seed=1)
    real = broadcasts(rate, audience)
    assert real.exact
    # The real functions count once a second here; a simulated shard sees the next vote up to 0.25 s later.
    assert 0.75 * real.posts <= simulated.broadcasts <= real.posts + 1
    assert simulated.posts == audience * simulated.broadcasts
