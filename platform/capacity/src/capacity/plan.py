"""A plan for a poll of a given size: quotas to request, settings, the bill, and where each design breaks.

The needs are the largest use of each limit in a simulation without limits. A second simulation, with the
planned limits, shows whether the plan holds.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil, floor, inf, log10
from random import Random
from typing import Final

from boto3 import Session
from costs.prices import Bill, load_prices
from costs.units import express_gb_seconds
from costs.usage import Usage
from devkit.failure import Failure

from capacity.design import LITERAL, OURS, Design
from capacity.limits import LimitTable, Settings, read_limits, read_settings
from capacity.simulation import (
    FIRST_LOAD_REQUESTS,
    LAMBDA_TIMEOUT_SECONDS,
    Capacity,
    Outcome,
    Scenario,
    simulate,
    spread,
)

BEYOND_VALIDITY: Final = 3
"""Exit status of a plan for a poll that is larger than the simulation is valid for."""

HEADROOM: Final = 1.2
SEED: Final = 1
RAMP_SECONDS: Final = 120
MIN_RATE: Final = 10
"""Votes a second; at lower rates chance decides how many of them a limit refuses."""

_SMOOTHING: Final = 10
"""Seconds over which votes sent and recorded are compared."""
BATCHING_SECONDS: Final = (1, 2, 5, 10, 20, 30, 60)
LARGE_BATCH: Final = 9_000
"""Votes of an invocation's largest payload, 6 MB."""

BUCKETS: Final = (16, 64, 256, 1024, 4096)
LOG_BYTES: Final = 350
"""A JSON log line of an invocation, with its metrics."""

FIRST_LOAD_BYTES: Final = 32_000
POLL_BYTES: Final = 900
SETTINGS_OF_STAGES: Final = ("public_stage", "websocket_stage")
REPLICAS: Final = (0, 1, 3, 7, 15, 31, 63, 127, 255, 499)
FIXED: Final = {
    "poll_item": "partition_reads",
    "counter_item": "partition_writes",
    "results_reads": "partition_reads",
    "results_writes": "partition_writes",
}
"""Items and partition keys that one partition serves, each with its limit."""

OTHER_TABLE: Final = {"state_table_writes": "table_writes", "state_warm_writes": "warm_writes"}
"""The limits of VotingState, each with that of VotesLog, which has the same default."""

NAMES: Final = {
    "poll_item": "reads of one item, the poll in VotingState",
    "table_writes": "writes of VotesLog, on demand",
    "warm_writes": "warm throughput of VotesLog as a new table, writes",
    "state_table_writes": "writes of VotingState, on demand",
    "state_warm_writes": "warm throughput of VotingState as a new table, writes",
    "counter_item": "writes of one item, the counter of the poll",
    "partition_writes": "writes of one partition of VotesLog",
}


@dataclass(frozen=True, slots=True)
class Need:
    """A limit with its default and the need of the poll."""

    key: str
    name: str
    unit: str
    default: float
    needed: float
    quota: str
    granted: float | None

    @property
    def is_enough(self) -> bool:
        """Whether the default suffices."""
        return self.needed <= self.default

    @property
    def is_unheard_of(self) -> bool:
        """Whether no public source reports a grant of this size."""
        return self.granted is not None and self.needed > self.granted


@dataclass(frozen=True, slots=True)
class Break:
    """Where a design breaks at the default limits, with the rate of votes rising to the plan's."""

    design: Design
    limit: str
    votes_per_second: float
    ramp: Outcome
    ceilings: list[tuple[str, float]]
    """Its limits by the votes a second that each admits."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan of one poll."""

    scenario: Scenario
    region: str
    quotas: tuple[Need, ...]
    stages: tuple[Need, ...]
    environments: int
    """Environments of each function of the vote that must be ready when the vote opens."""
    capacity: Capacity
    outcome: Outcome
    fixed: tuple[Need, ...]
    """Limits that no request raises and the poll exceeds."""
    bill: Bill
    priced_region: str
    """The Region of the bill's prices."""
    breaks: tuple[Break, ...]

    @property
    def holds(self) -> bool:
        """Whether the simulation records all votes and publishes them within a minute."""
        outcome = self.outcome
        late = outcome.seconds_until(outcome.published_curve, 0.95)
        return not self.fixed and outcome.lost <= outcome.offered / 1000 and late <= 60  # noqa: PLR2004

    @property
    def sockets(self) -> int:
        """Viewers with a socket; the others take results from CloudFront's cache."""
        return self.outcome.connections


def make_plan(scenario: Scenario, region: str, progress: Callable[[str], None] = lambda _: None) -> Plan:
    """Return the plan of a poll. Raises `Failure` if the simulation is not valid for its size."""
    table, settings = read_limits(), read_settings()
    _require_validity(table, scenario)
    _require_region(region)
    defaults = default_limits(table, settings, region)
    partitions, buckets = place(scenario.votes_per_second, settings)
    state_partitions, replicas = place_replicas(scenario.votes_per_second, settings)
    free = Capacity(
        {},
        {},
        table.durations,
        settings,
        partitions,
        buckets,
        settings.batching_seconds,
        settings.batch_size,
        replicas,
        state_partitions,
    )
    progress("without limits")
    needed = simulate(scenario, OURS, free, SEED).peaks
    needs = [_need(table, defaults, key, needed.get(key, 0)) for key in table.limits if key in needed]
    needs += [_need(table, defaults, key, needed[key], limit) for key, limit in OTHER_TABLE.items()]
    of_keys = {"warm_writes": partitions, "state_warm_writes": state_partitions}
    needs = [replace(need, needed=max(need.needed, of_keys.get(need.key, 0) * 1000)) for need in needs]
    environments = ceil(max(needed[name] for name in OURS.functions) * HEADROOM)
    fixed = tuple(
        need
        for key, limit in FIXED.items()
        if key in {"poll_item", "counter_item"}  # the simulation shows whether it is enough: no headroom
        for need in [replace(_need(table, defaults, key, needed[key], limit), needed=needed[key])]
        if not need.is_enough
    )
    planned = defaults | {need.key: max(need.needed, need.default) for need in needs}
    planned |= {need.key: inf for need in fixed}
    bursts = {key: limit.burst for key, limit in table.limits.items()}
    capacity = replace(free, limits=planned, bursts=bursts, environments=environments)
    capacity, outcome = _with_batching(scenario, capacity, progress)
    default = replace(
        free,
        limits=defaults,
        bursts=bursts,
        partitions=4,
        buckets=settings.buckets,
        replicas=settings.replicas,
        state_partitions=4,
    )
    breaks = tuple(_break(scenario, design, default, progress) for design in (OURS, LITERAL))
    raisable = [need for need in needs if need.quota]
    return Plan(
        scenario,
        region,
        tuple(raisable),
        tuple(need for need in needs if need.key in SETTINGS_OF_STAGES),
        environments,
        capacity,
        outcome,
        fixed,
        load_prices().bill(usage(scenario, OURS, capacity, outcome)),
        load_prices().region,
        breaks,
    )


def default_limits(table: LimitTable, settings: Settings, region: str) -> dict[str, float]:
    """Return the limits of a new account with this checkout's settings."""
    limits = table.defaults(region)
    stages = {"public_stage": settings.public_stage, "websocket_stage": settings.websocket_stage}
    return limits | stages | {key: limits[limit] for key, limit in (FIXED | OTHER_TABLE).items()}


def place(votes_per_second: float, settings: Settings) -> tuple[int, int]:
    """Return the fewest partitions, and partition keys, with which no partition gets more than it serves.

    Keys are placed by their hash, so some partitions get more than their share.
    """
    keys = [each for each in BUCKETS if settings.buckets <= each <= settings.max_buckets]
    return _fewest(votes_per_second, 1000, 1000, keys)


def place_replicas(votes_per_second: float, settings: Settings) -> tuple[int, int]:
    """Return the fewest partitions of VotingState, and replicas, with which no partition is read too often.

    The table has partitions for its writes in any case.
    """
    reads = votes_per_second * OURS.poll_reads
    items = [each + 1 for each in REPLICAS if settings.replicas <= each <= settings.max_replicas]
    partitions, found = _fewest(reads, 3000, 1000 / OURS.state_writes, items)
    return partitions, found - 1


def _fewest(rate: float, served: float, written: float, keys: Sequence[int]) -> tuple[int, int]:
    """Return the fewest partitions and keys with which each partition gets at most `served` a second.

    `written` is the rate for which the writes of the table need one partition.
    """
    for factor in (1, 1.25, 1.5, 2, 3, 4):
        partitions = max(4, ceil(rate / written * factor))
        for number in keys:
            worst = max(max(spread(partitions, number, Random(seed))) for seed in range(20))  # noqa: S311
            if worst / number * rate <= served:
                return partitions, number
    raise Failure(f"No number of partitions spreads {rate:,.0f} requests a second.")


def usage(scenario: Scenario, design: Design, capacity: Capacity, outcome: Outcome) -> Usage:
    """Return the billed quantities of a simulated poll, from the first viewer to the last message."""
    votes, durations, settings = outcome.recorded, capacity.durations, capacity.settings
    tickets, pings = outcome.invocations["issue_ticket"], outcome.invocations["ping"]
    opened = outcome.invocations["connect"]
    requests = votes * design.requests + tickets
    seconds = {name: durations[duration] for name, duration in design.functions.items()} | {
        "count_votes": 0.1,
        "broadcast": outcome.posts * durations["post"] / max(1, outcome.invocations["broadcast"]) + 0.05,
    }
    memory = {"broadcast": settings.sender_memory_gb}
    gb_seconds = sum(
        count * seconds.get(name, durations.get(name, 0)) * memory.get(name, settings.memory_gb)
        for name, count in outcome.invocations.items()
    )
    loads = scenario.viewers * FIRST_LOAD_REQUESTS
    cdn = loads + outcome.polls + requests + opened
    reads_of_counting = outcome.writes * ceil(capacity.partitions * 200 / 4096)
    return Usage(
        http_requests=requests,
        websocket_messages=outcome.posts + 2 * pings,
        connection_minutes=outcome.connection_seconds / 60,
        lambda_requests=outcome.invocations.total(),
        lambda_gb_seconds=gb_seconds,
        provisioned_gb_seconds=(
            capacity.environments * len(design.functions) * settings.memory_gb * (scenario.seconds + 600)
        ),
        express_executions=votes,
        express_gb_seconds=votes * express_gb_seconds(durations["workflow"]),
        write_units=votes * (design.log_writes + design.state_writes) + outcome.writes + 4 * opened,
        read_units=votes * (design.poll_reads + design.log_reads) + reads_of_counting + tickets,
        log_bytes=votes * design.log_bytes + (tickets + 2 * opened + pings) * LOG_BYTES,
        cdn_requests=cdn,
        cdn_bytes=scenario.viewers * FIRST_LOAD_BYTES + outcome.polls * POLL_BYTES + requests * POLL_BYTES,
        firewall_requests=cdn,
    )


def _require_validity(table: LimitTable, scenario: Scenario) -> None:
    valid = table.validity
    for value, limit, unit in (
        (scenario.votes_per_second, valid.votes_per_second, "votes a second"),
        (scenario.viewers, valid.viewers, "viewers"),
        (scenario.seconds / 60, valid.minutes, "minutes"),
    ):
        if value > limit:
            raise Failure(
                f"The simulation ends at {limit:,} {unit}; {value:,.0f} were asked for.",
                "Beyond, no poll is published that it could be compared with. Plan a smaller one, or several "
                f"polls in several accounts. Source: {table.sources[valid.source]}.",
                BEYOND_VALIDITY,
            )


def _require_region(region: str) -> None:
    regions = Session().get_available_regions("apigatewayv2")
    if region not in regions:
        raise Failure(f"{region} is no Region of AWS.", f"Known Regions: {', '.join(regions)}.", 2)


def _need(
    table: LimitTable, defaults: Mapping[str, float], key: str, peak: float, limit: str | None = None
) -> Need:
    found = table.limits[limit or key]
    return Need(
        key,
        name_of(key),
        found.unit,
        defaults[key],
        _rounded_up(peak * HEADROOM),
        found.quota,
        found.granted,
    )


def _with_batching(
    scenario: Scenario, capacity: Capacity, progress: Callable[[str], None]
) -> tuple[Capacity, Outcome]:
    """Return the capacity with the shortest batching window in which the counters keep up."""
    for seconds in BATCHING_SECONDS:
        size = capacity.settings.batch_size if seconds == 1 else LARGE_BATCH
        tried = replace(capacity, batching_seconds=seconds, batch_size=size)
        progress(f"with the plan, a batching window of {seconds} s")
        outcome = simulate(scenario, OURS, tried, SEED)
        if outcome.seconds_until(outcome.published_curve, 0.95) <= seconds + 2:
            break
    return tried, outcome


def _break(scenario: Scenario, design: Design, capacity: Capacity, progress: Callable[[str], None]) -> Break:
    """Return where a design breaks while the rate grows to the plan's."""
    progress(f"{design.name} at the default limits")
    capacity = replace(capacity, limits=limits_for(design, capacity.limits))
    ramp = simulate(replace(scenario, ramp=True, seconds=RAMP_SECONDS), design, capacity, SEED)
    return Break(design, *_overload(ramp), ramp, ceilings(design, capacity.limits, capacity.durations))


def _overload(ramp: Outcome) -> tuple[str, float]:
    """Return the limit that first refuses over a fifth of the votes of ten seconds, and their rate."""
    for second in range(_SMOOTHING, RAMP_SECONDS):
        span = range(second - _SMOOTHING, second)
        offered = sum(ramp.offered_by_second[each] for each in span)
        recorded = sum(ramp.recorded_by_second[each] for each in span)
        if offered > MIN_RATE * _SMOOTHING and recorded < 0.8 * offered:
            refused = sum((ramp.refused_by_second[each] for each in span), Counter())
            limit = max(refused, key=refused.__getitem__)
            return name_of(limit), offered / _SMOOTHING
    return "", inf


def ceilings(
    design: Design, limits: Mapping[str, float], durations: Mapping[str, float]
) -> list[tuple[str, float]]:
    """Return each limit with the votes a second that it admits if nothing else uses it, the lowest first."""
    tokens = {
        "public_stage": design.requests,
        "requests": design.requests,
        "concurrency": sum(max(0.1, durations[each]) for each in design.functions.values()),
        "express": durations["workflow"],
        "poll_item": design.poll_reads,
        "counter_item": design.counter_writes,
        "warm_writes": design.log_writes,
        "table_writes": design.log_writes,
        "state_warm_writes": design.state_writes,
        "state_table_writes": design.state_writes,
    }
    found = [(key, limits.get(key, inf) / each) for key, each in tokens.items() if each]
    return sorted(found, key=lambda each: each[1])


def name_of(key: str) -> str:
    """Return the name of a limit."""
    return NAMES.get(key) or read_limits().limits[key].name


def limits_for(design: Design, defaults: Mapping[str, float]) -> dict[str, float]:
    """Return the limits that hold for a design: only this project's API stages have limits of their own."""
    own = dict.fromkeys(SETTINGS_OF_STAGES, inf) if design.broadcast_each_vote else {}
    return {**defaults, **own}


def broadcast_seconds(design: Design, sockets: int, capacity: Capacity) -> float:
    """Return the seconds of one broadcast to all sockets."""
    if design.broadcast_each_vote:
        return sockets * capacity.durations["boto3_post"]
    return capacity.settings.broadcasts.window_for(sockets).total_seconds()


def outlives_its_function(design: Design, sockets: int, capacity: Capacity) -> bool:
    """Return whether one broadcast takes longer than Lambda runs a function."""
    return broadcast_seconds(design, sockets, capacity) > LAMBDA_TIMEOUT_SECONDS


def _rounded_up(value: float) -> float:
    """Return the next number with two significant digits."""
    if value <= 0:
        return 0
    unit = 10.0 ** max(0, floor(log10(value)) - 1)
    return ceil(value / unit) * unit
