"""The simulation: each limit by itself, conservation of votes, counting, broadcasts and viewers."""

from itertools import pairwise
from random import Random

import pytest
from capacity.design import LITERAL, OURS, Design
from capacity.limits import read_limits, read_settings
from capacity.plan import ceilings, default_limits, limits_for, place, place_replicas
from capacity.simulation import FIRST_LOAD_REQUESTS, POLLED_RESOURCES, Outcome, Scenario, simulate, spread
from realtime_service.domain.admission import TooManyConnections

from .conftest import MakeCapacity


@pytest.mark.parametrize("design", [OURS, LITERAL], ids=lambda design: design.name)
def test_each_limit_alone_admits_the_votes_that_arithmetic_gives_it(
    design: Design, capacity: MakeCapacity
) -> None:
    """Three times as many are sent, and refused ones again, so a limit is always used up."""
    table = read_limits()
    limits = limits_for(design, default_limits(table, read_settings(), "us-east-1"))
    found = {}
    for key, rate in ceilings(design, limits, table.durations):
        if rate < 10_000:
            scaled = limits[key] / rate * 300  # the same arithmetic at 300 votes a second, which is faster
            scenario = Scenario(900, 0, seconds=20, rise_seconds=0.1, arrival_seconds=1)
            found[key] = simulate(scenario, design, capacity({key: scaled}), seed=3).recorded / 20
    assert len(found) >= 4
    assert found == {key: pytest.approx(300, rel=0.08) for key in found}


def test_function_that_grows_by_an_environment_a_second_serves_ten_requests_more_each_second(
    capacity: MakeCapacity,
) -> None:
    scenario = Scenario(1_000, 0, seconds=20, rise_seconds=0.1, arrival_seconds=1)
    found = simulate(scenario, OURS, capacity({"scaling": 1}), seed=1)
    by_second = [found.recorded_by_second[second] for second in range(20)]
    assert by_second[17] - by_second[7] == pytest.approx(100, abs=12)


def test_votes_are_recorded_or_lost_and_recorded_votes_are_published(capacity: MakeCapacity) -> None:
    scenario = Scenario(400, 100, seconds=20, arrival_seconds=5)
    for seed in range(3):
        found = simulate(scenario, OURS, capacity({"express": 20, "partition_writes": 60}), seed)
        assert found.lost > 0
        assert found.refusals["express"] > 0
        assert found.refusals["partition_writes"] > 0
        assert found.recorded_at_once <= found.recorded == found.published == found.shown_curve[-1][1]


def test_the_same_seed_gives_the_same_outcome(capacity: MakeCapacity) -> None:
    scenario = Scenario(200, 3_000, seconds=10, arrival_seconds=5)
    first, again, other = (simulate(scenario, OURS, capacity({"requests": 900}), seed) for seed in (5, 5, 6))
    assert first == again
    assert first != other


def test_many_stream_shards_conflict_over_the_totals_and_a_longer_batching_window_helps(
    capacity: MakeCapacity,
) -> None:
    """All items of a poll are in one partition, which serves 3,000 reads a second."""
    limits = {"results_reads": 3000.0, "results_writes": 1000.0}
    scenario = Scenario(30_000, 0, seconds=20, arrival_seconds=1)

    def counted(partitions: int, window: int, size: int) -> Outcome:
        found = simulate(scenario, OURS, capacity(limits, partitions, 4096, window, size), seed=1)
        assert found.published == found.recorded
        return found

    few, many, patient = counted(30, 1, 1000), counted(150, 1, 1000), counted(150, 10, 9000)
    assert few.seconds_until(few.published_curve, 0.95) < 2
    assert many.seconds_until(many.published_curve, 0.95) > 5
    assert many.conflicts > 4 * patient.conflicts


def test_window_grows_with_the_sockets_and_a_large_audience_gets_workers(capacity: MakeCapacity) -> None:
    per_second = read_settings().broadcasts.posts_per_second
    few, many = (
        simulate(Scenario(50, viewers, 20, arrival_seconds=60), OURS, capacity(), seed=1)
        for viewers in (1_000, 15_000)
    )
    assert [few.window_seconds, many.window_seconds] == pytest.approx([1, 15_000 / per_second], rel=0.01)
    assert few.invocations["broadcast"] == few.broadcasts
    assert many.invocations["broadcast"] == 8 * many.broadcasts
    assert many.posts == 15_000 * many.broadcasts


def test_viewers_beyond_the_connections_poll_and_ask_for_a_ticket_rarely(capacity: MakeCapacity) -> None:
    settings = read_settings()
    viewers = 10 * settings.max_connections
    refused = viewers - settings.max_connections
    found = simulate(Scenario(0.001, viewers, 30, arrival_seconds=60), OURS, capacity(), seed=1)
    assert found.connections == settings.max_connections
    assert found.peaks["cdn"] == pytest.approx(
        refused * POLLED_RESOURCES / settings.poll_seconds + viewers / 60 * FIRST_LOAD_REQUESTS, rel=0.05
    )
    again = found.invocations["issue_ticket"] - viewers
    assert again == pytest.approx(refused * 60 / (1.1 * TooManyConnections.retry_after), rel=0.5)


def test_new_connections_wait_for_the_accounts_rate(capacity: MakeCapacity) -> None:
    scenario = Scenario(0.001, 8_000, 5, arrival_seconds=10)
    found = simulate(scenario, OURS, capacity({"connections": 100}), seed=1)
    assert found.connections == pytest.approx(100 * (10 + 10), rel=0.2)


def test_literal_design_posts_every_vote_to_every_page_one_after_the_other(capacity: MakeCapacity) -> None:
    found = simulate(Scenario(2, 5_000, 30, arrival_seconds=10), LITERAL, capacity(), seed=1)
    seconds = 5_000 * read_limits().durations["boto3_post"]
    times = [at for at, _ in found.shown_curve]
    assert min(after - before for before, after in pairwise(times)) >= seconds * 0.99
    assert found.seconds_until(found.shown_curve, 0.95) > 20 * seconds


def test_posts_that_the_account_refuses_are_counted(capacity: MakeCapacity) -> None:
    found = simulate(Scenario(10, 2_000, 10, arrival_seconds=30), OURS, capacity({"requests": 400}), seed=1)
    assert found.posts_refused > 0
    assert found.posts + found.posts_refused == found.connections * found.broadcasts


def test_keys_are_placed_in_all_partitions_and_none_is_lost() -> None:
    placed = spread(8, 4096, Random(1))
    assert sum(placed) == 4096
    assert max(placed) < 1.3 * min(placed)


@pytest.mark.parametrize("votes_per_second", [1, 500, 5_000, 40_000, 200_000])
def test_no_partition_gets_more_votes_than_it_serves(votes_per_second: float) -> None:
    settings = read_settings()
    partitions, buckets = place(votes_per_second, settings)
    assert buckets >= settings.buckets
    for seed in range(20):
        assert max(spread(partitions, buckets, Random(seed))) / buckets * votes_per_second <= 1000


@pytest.mark.parametrize("votes_per_second", [1, 2_900, 3_000, 40_000, 200_000])
def test_no_partition_is_read_more_often_than_it_serves(votes_per_second: float) -> None:
    settings = read_settings()
    partitions, replicas = place_replicas(votes_per_second, settings)
    assert settings.replicas <= replicas <= settings.max_replicas
    assert (replicas == 0) == (votes_per_second * OURS.poll_reads <= 3_000)
    for seed in range(20):
        busiest = max(spread(partitions, replicas + 1, Random(seed))) / (replicas + 1)
        assert busiest * votes_per_second * OURS.poll_reads <= 3_000


def test_replicas_lift_the_limit_of_one_item(capacity: MakeCapacity) -> None:
    scenario, limits = Scenario(900, 0, seconds=20, rise_seconds=0.1, arrival_seconds=1), {"poll_item": 303.0}
    one, four = (
        simulate(scenario, OURS, capacity(limits, replicas=number, state_partitions=10_000), seed=1)
        for number in (0, 3)
    )
    assert one.recorded / 20 == pytest.approx(300, rel=0.05)
    assert four.recorded == four.offered


def test_poll_without_votes_and_viewers_ends(capacity: MakeCapacity) -> None:
    assert simulate(Scenario(0, 0, 5, arrival_seconds=1), OURS, capacity(), seed=1).recorded == 0
