"""A seeded discrete-event simulation of one poll within AWS's limits.

Votes and viewers are simulated in groups of a tenth of a second, stream shards, writers of the totals,
broadcast windows and their workers one by one. The windows, the shards of a broadcast and the limits of
connections are the real code's and templates'. Not simulated: the retries of SDKs and of the workflow, which
move a refusal by two seconds; DynamoDB's own splits of hot partitions, and more than a second of its burst
capacity, so the tables refuse more here than on AWS.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import ceil, floor, inf
from random import Random
from typing import Any, Final

import simpy
from realtime_service.adapters.connections import SHARDS
from realtime_service.domain.admission import TooManyConnections
from realtime_service.domain.window import OpenWindow
from realtime_service.use_cases.broadcast import MAX_IN_ONE_INVOCATION
from results_service.adapters.game_results import ATTEMPTS

from capacity.design import Design
from capacity.limits import Settings
from capacity.token_bucket import Function, TokenBucket

TICK: Final = 0.1
TAIL_SECONDS: Final = 300
"""How long after the close the simulation waits for counts and pages."""

COUNTER_BYTES: Final = 200
FIRST_LOAD_REQUESTS: Final = 9
POLLED_RESOURCES: Final = 2
LAMBDA_TIMEOUT_SECONDS: Final = 900
_ROUNDING: Final = 1e-6
_EPOCH: Final = datetime(2026, 1, 1, tzinfo=UTC)

type _Process = Generator[simpy.Event, Any]


@dataclass(frozen=True, slots=True)
class Scenario:
    """Votes that come in at a rate while so many viewers have the page open."""

    votes_per_second: float
    viewers: int
    seconds: float
    rise_seconds: float = 5
    """Time until the full rate."""
    ramp: bool = False
    """Whether the rate grows by equal factors, from one vote a second to the full rate at the end."""
    arrival_seconds: float = 600
    """Time before the vote opens in which the viewers load the page, evenly."""

    def rate(self, at: float) -> float:
        """Return the votes per second at a time after the opening."""
        if not 0 <= at < self.seconds:
            return 0
        if self.ramp:
            return float(self.votes_per_second ** (at / self.seconds))
        return self.votes_per_second * min(1, at / self.rise_seconds)


@dataclass(frozen=True, slots=True)
class Capacity:
    """The limits of an account, and the settings that a plan changes. A missing limit is none."""

    limits: Mapping[str, float]
    bursts: Mapping[str, float]
    durations: Mapping[str, float]
    settings: Settings
    partitions: int
    """Partitions of the vote log, each with a stream shard."""
    buckets: int
    batching_seconds: float
    batch_size: int
    replicas: int = 0
    """Replicas of the poll's copy, beside the copy itself."""
    state_partitions: int = 4
    """Partitions of VotingState, over which the copy and its replicas are spread."""
    environments: int = 0
    """Environments of each function that are ready before the vote."""


@dataclass(slots=True)
class Outcome:
    """The fate of the votes, and their use of each limit."""

    offered: int = 0
    recorded: int = 0
    recorded_at_once: int = 0
    refusals: Counter[str] = field(default_factory=Counter)
    refused_by_second: defaultdict[int, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    published: int = 0
    """Votes in the published totals at the end."""
    conflicts: int = 0
    writes: int = 0
    """Writes of totals and counters; `conflicts` of them were in vain."""
    counting_failures: int = 0
    invocations: Counter[str] = field(default_factory=Counter)
    broadcasts: int = 0
    posts: int = 0
    posts_refused: int = 0
    connections: int = 0
    connection_seconds: float = 0
    polls: int = 0
    window_seconds: float = 0
    peaks: dict[str, float] = field(default_factory=dict)
    recorded_curve: list[tuple[float, int]] = field(default_factory=list)
    published_curve: list[tuple[float, int]] = field(default_factory=list)
    shown_curve: list[tuple[float, int]] = field(default_factory=list)
    """Votes on the screens of the pages with a socket; `published_curve`: in the cached results."""
    offered_by_second: Counter[int] = field(default_factory=Counter)
    recorded_by_second: Counter[int] = field(default_factory=Counter)

    @property
    def lost(self) -> int:
        """Votes that were not recorded before the close."""
        return self.offered - self.recorded

    def seconds_until(self, curve: list[tuple[float, int]], share: float) -> float:
        """Return the time within which a share of the votes was in the curve after it was recorded."""
        totals, times = [total for _, total in curve], [at for at, _ in curve]
        recorded_totals = [total for _, total in self.recorded_curve]
        delays = []
        for number in range(1, 1001):
            vote = ceil(self.recorded * number / 1000)
            place = bisect_left(totals, vote)
            if place == len(totals):
                delays.append(inf)
            else:
                delays.append(times[place] - self.recorded_curve[bisect_left(recorded_totals, vote)][0])
        return sorted(delays)[ceil(share * 1000) - 1] if self.recorded else 0


def simulate(scenario: Scenario, design: Design, capacity: Capacity, seed: int) -> Outcome:
    """Return the outcome of a poll."""
    return _Poll(scenario, design, capacity, seed).run()


class _Poll:
    """One poll in one account."""

    def __init__(self, scenario: Scenario, design: Design, capacity: Capacity, seed: int) -> None:
        self.scenario, self.design, self.capacity = scenario, design, capacity
        self.settings, self.durations = capacity.settings, capacity.durations
        self.random = Random(seed)  # noqa: S311
        self.env = simpy.Environment(initial_time=-scenario.arrival_seconds)
        self.outcome = Outcome()
        self.buckets = {
            name: TokenBucket(self.env, capacity.limits.get(name, inf), capacity.bursts.get(name, 0))
            for name in (
                "public_stage", "websocket_stage", "requests", "connections", "concurrency", "express",
                "table_writes", "warm_writes", "state_table_writes", "state_warm_writes", "warm_reads", "cdn",
                "poll_item", "counter_item",
                "results_writes", "results_reads",
            )
        }  # fmt: skip
        self.functions: dict[str, Function] = {}
        self.partitions = [
            TokenBucket(self.env, capacity.limits.get("partition_writes", inf))
            for _ in range(capacity.partitions)
        ]
        self.shares = list(self._shares())
        placed = spread(capacity.state_partitions, capacity.replicas + 1, self.random)
        self.hottest = max(placed) / (capacity.replicas + 1)
        """The share of the reads of the poll that the busiest partition of VotingState serves."""
        self.pending = [0] * capacity.partitions
        """Recorded votes of each stream shard that are not counted."""
        self.retries: defaultdict[int, Counter[int]] = defaultdict(Counter)
        self.totals_version, self.counted = 0, 0
        self.seeking, self.refused, self.arrived = 0, 0, 0
        self.window: OpenWindow | None = None

    def run(self) -> Outcome:
        env, outcome = self.env, self.outcome
        env.process(self._ticks())
        if self.design.broadcast_each_vote:
            env.process(self._broadcast_each())
        else:
            for shard in range(self.capacity.partitions):
                env.process(self._count(shard))
        while env.now < self.scenario.seconds + TAIL_SECONDS:
            env.run(until=env.now + 5)
            done = outcome.shown_curve and outcome.shown_curve[-1][1] == outcome.recorded
            if env.now >= self.scenario.seconds + 5 and (done or not outcome.recorded):
                break
        used = {name: bucket.peak for name, bucket in self.buckets.items()}
        functions = {name: function.environments.peak for name, function in self.functions.items()}
        partition = max(bucket.peak for bucket in self.partitions)
        outcome.peaks = used | functions | {"partition_writes": partition}
        return outcome

    # ---- votes

    def _ticks(self) -> _Process:
        while True:
            at = self.env.now
            viewers_first = self.random.random() < 1 / 2  # both meet the same limits
            if viewers_first:
                self._viewers()
            new = self._poisson(self.scenario.rate(at) * TICK)
            self.outcome.offered += new
            self.outcome.offered_by_second[floor(at)] += new
            trying = self.retries.pop(self._tick(at), Counter())
            trying[1] += new
            if 0 <= at < self.scenario.seconds:
                self._cast(trying)
            if not viewers_first:
                self._viewers()
            yield self.env.timeout(TICK)

    def _cast(self, trying: Counter[int]) -> None:
        """Send votes through all limits, in the order in which a request meets them."""
        for limit, passed in self._steps(trying.total()):
            refused = trying.total() - passed
            if refused:
                self._refuse(limit, refused, trying)
        for attempt, votes in trying.items():
            self.outcome.recorded_at_once += votes if attempt == 1 else 0
        recorded = trying.total()
        self.outcome.recorded += recorded
        self.outcome.recorded_by_second[floor(self.env.now)] += recorded
        self.outcome.recorded_curve.append((self.env.now, self.outcome.recorded))

    def _steps(self, votes: int) -> Iterator[tuple[str, int]]:
        """Yield each limit with the number of votes that pass it."""
        design, buckets = self.design, self.buckets
        for name in ("public_stage", "requests"):
            votes = buckets[name].grant(votes, design.requests)
            yield name, votes
        functions = [self._function(*each) for each in design.functions.items()]
        votes = buckets["concurrency"].grant(votes, sum(function.seconds for function in functions))
        yield "concurrency", votes
        for name, function in zip(design.functions, functions, strict=True):
            votes = function.grant(votes)
            self.outcome.invocations[name] += votes
            yield "scaling", votes
        demands: tuple[tuple[str, float], ...] = (
            ("express", self.durations["workflow"]),
            ("poll_item", design.poll_reads * self.hottest),
            ("warm_reads", design.log_reads),
            ("table_writes", design.log_writes),
            ("warm_writes", design.log_writes),
            ("state_table_writes", design.state_writes),
            ("state_warm_writes", design.state_writes),
            ("counter_item", design.counter_writes),
        )
        for name, tokens in demands:
            votes = buckets[name].grant(votes, tokens)
            yield name, votes
        yield "partition_writes", self._store(votes)

    def _store(self, votes: int) -> int:
        """Write votes to the partitions of the log; return how many are stored."""
        stored, left, share_left = 0, votes, 1.0
        for shard, share in enumerate(self.shares):
            if not left:
                break
            likely = min(1.0, share / share_left) if share_left > 0 else 1.0
            drawn = left if shard == len(self.shares) - 1 else self.random.binomialvariate(left, likely)
            left, share_left = left - drawn, share_left - share
            written = self.partitions[shard].grant(drawn, self.design.log_writes)
            self.pending[shard] += written
            stored += written
        return stored

    def _refuse(self, limit: str, refused: int, trying: Counter[int]) -> None:
        """Take refused votes out; their pages send them again after their usual pause."""
        self.outcome.refusals[limit] += refused
        self.outcome.refused_by_second[floor(self.env.now)][limit] += refused
        for attempt in sorted(trying):
            some = min(refused, trying[attempt])
            trying[attempt] -= some
            refused -= some
            ceiling = min(
                self.settings.longest_retry_seconds, self.settings.first_retry_seconds * 2 ** (attempt - 1)
            )
            slots = max(1, round(ceiling / 2 / TICK))
            first = self._tick(self.env.now) + max(1, slots)
            for slot in range(slots):
                self.retries[first + slot][attempt + 1] += (some + slot) // slots

    def _invoke(self, name: str, duration: str, requests: int) -> int:
        """Return how many requests the account and the function can serve."""
        function = self._function(name, duration)
        passed = function.grant(self.buckets["concurrency"].grant(requests, function.seconds))
        self.outcome.invocations[name] += passed
        return passed

    def _function(self, name: str, duration: str) -> Function:
        if name not in self.functions:
            rate = self.capacity.limits.get("scaling", inf)
            growth = TokenBucket(self.env, rate, self.capacity.bursts.get("scaling", 0))
            held = max(0.1, self.durations[duration])
            function = Function(growth, held)
            if rate < inf:
                function.environments.rate = self.capacity.environments
            self.functions[name] = function
        return self.functions[name]

    # ---- counting

    def _count(self, shard: int) -> _Process:
        """Count one stream shard: a batch, its counter, then the totals of the poll."""
        env, call = self.env, self.durations["table_call"]
        poll, window = self.durations["stream_poll"], self.capacity.batching_seconds
        began: float | None = None
        yield env.timeout(self.scenario.arrival_seconds + self.random.uniform(0, poll))
        while True:
            rest = poll if began is None else max(TICK / 10, began + window - env.now)
            yield env.timeout(min(poll, rest))
            batch = min(self.pending[shard], self.capacity.batch_size)
            if not batch:
                continue
            began = env.now if began is None else began
            if env.now - began < window - _ROUNDING and batch < self.capacity.batch_size:
                continue
            if not self._invoke("count_votes", "stream_poll", 1):
                continue
            yield env.timeout(batch * self.durations["count_a_vote"] + 2 * call)
            yield from self._paced("results_reads", 2)
            yield from self._paced("results_writes", 1)
            self.pending[shard] -= batch
            self.counted += batch
            yield from self._rewrite_totals()
            began = env.now if self.pending[shard] else None

    def _rewrite_totals(self) -> _Process:
        """Read the totals and all counters, then write unless another shard has written in between."""
        call = self.durations["table_call"]
        units = 2 + ceil(self.capacity.partitions * COUNTER_BYTES / 4096)
        for _ in range(ATTEMPTS):
            version = self.totals_version
            yield from self._paced("results_reads", units)
            yield self.env.timeout(2 * call)
            counted = self.counted
            yield self.env.timeout(self.random.uniform(0.5, 1.5) * call)
            yield from self._paced("results_writes", 1)
            if version == self.totals_version:
                self.totals_version += 1
                self.outcome.published = max(self.outcome.published, counted)
                self.outcome.published_curve.append((self.env.now, self.outcome.published))
                self.env.process(self._changed())
                return
            self.outcome.conflicts += 1
        self.outcome.counting_failures += 1

    def _paced(self, name: str, tokens: float) -> _Process:
        """Take tokens, and wait while there are none: SDKs repeat a throttled call."""
        self.outcome.writes += name == "results_writes"
        while not self.buckets[name].grant(1, tokens):
            yield self.env.timeout(self.random.uniform(0.05, 0.2))

    # ---- broadcasts of this project

    def _changed(self) -> _Process:
        """Broadcast a change at once, or order a broadcast at the end of the open window."""
        yield self.env.timeout(self.random.uniform(0, self.durations["stream_poll"]) + 0.02)
        now, length = self._now(), self._length()
        window = self.window
        if window is None or window.ends_at <= now:
            self._begin(now, length)
        elif window.nearly_over(now, length):
            self._begin(window.ends_at, length)
        elif not window.awaited:
            self.window = OpenWindow(window.number, window.ends_at, awaited=True)
            yield self.env.timeout(window.delay(now))
            if self.window.number == window.number:
                self._begin(self._now(), self._length())

    def _begin(self, start: datetime, length: timedelta) -> None:
        number = self.window.number + 1 if self.window else 1
        self.window = OpenWindow(number, start + length, awaited=False)
        self.outcome.window_seconds = max(self.outcome.window_seconds, length.total_seconds())
        self.outcome.broadcasts += 1
        self.env.process(self._fan_out(self.outcome.published))

    def _fan_out(self, total: int) -> _Process:
        """Post to all sockets: by one invocation, or by a worker per shard."""
        sockets = self.outcome.connections
        workers = SHARDS if sockets > MAX_IN_ONE_INVOCATION else 1
        limit = self.settings.broadcasts.posts_per_second / SHARDS if workers > 1 else inf
        each = [sockets // workers + (number < sockets % workers) for number in range(workers)]
        yield simpy.AllOf(
            self.env, [self.env.process(self._post(posts, limit, self.durations["post"])) for posts in each]
        )
        self._show(total)

    def _post(self, posts: int, per_second: float, cpu_seconds: float) -> _Process:
        """Post at a rate; a post that the account refuses is dropped, as after its last attempt."""
        if posts:
            self._invoke("broadcast", "stream_poll", 1)
        while posts > 0:
            some = max(1, int(min(posts, per_second * TICK, TICK / cpu_seconds)))
            granted = self.buckets["requests"].grant(some, 1)
            self.outcome.posts += granted
            self.outcome.posts_refused += some - granted
            posts -= some
            yield self.env.timeout(TICK if posts else some * cpu_seconds)

    def _show(self, total: int) -> None:
        before = self.outcome.shown_curve[-1][1] if self.outcome.shown_curve else 0
        self.outcome.shown_curve.append((self.env.now, max(total, before)))

    # ---- broadcasts of the literal design

    def _broadcast_each(self) -> _Process:
        """Post each change to every socket, one after the other: one item is one stream shard."""
        shown = 0
        while True:
            yield self.env.timeout(self.durations["stream_poll"])
            while shown < self.outcome.recorded:
                shown += 1
                self.outcome.broadcasts += 1
                yield from self._post(self.outcome.connections, inf, self.durations["boto3_post"])
                self.outcome.published = shown
                self.outcome.published_curve.append((self.env.now, shown))
                self._show(shown)

    # ---- viewers

    def _viewers(self) -> None:
        """Load pages, fetch tickets, open sockets, ping, and poll without a socket."""
        at, scenario, settings = self.env.now, self.scenario, self.settings
        due = scenario.viewers * min(1, 1 + (at + TICK) / scenario.arrival_seconds)
        new = round(due) - self.arrived
        self.arrived += new
        self.buckets["cdn"].grant(new * FIRST_LOAD_REQUESTS, 1)
        again = self._poisson(self.seeking * TICK / (0.75 * settings.longest_retry_seconds))
        later = self._poisson(self.refused * TICK / (1.1 * TooManyConnections.retry_after))
        asking = new + min(self.seeking, again) + min(self.refused, later)
        self.seeking -= min(self.seeking, again)
        self.refused -= min(self.refused, later)
        admitted = asking if self.design.broadcast_each_vote else self._tickets(asking)
        opened = self._open(admitted)
        self.outcome.connections += opened
        self.seeking += admitted - opened
        self.outcome.connection_seconds += self.outcome.connections * TICK
        pings = self._poisson(self.outcome.connections * TICK / settings.ping_seconds)
        pings = self._through(pings, ("websocket_stage", 1), ("requests", 2))
        self._invoke("ping", "ping", pings)
        if not self.design.broadcast_each_vote:
            waiting = self.arrived - self.outcome.connections
            self.outcome.polls += self.buckets["cdn"].grant(
                self._poisson(waiting * POLLED_RESOURCES * TICK / settings.poll_seconds), 1
            )

    def _tickets(self, asking: int) -> int:
        """Return how many pages get a ticket; those that get none for want of room ask again later."""
        answered = self._through(asking, ("public_stage", 1), ("requests", 1))
        answered = self._invoke("issue_ticket", "issue_ticket", answered)
        self.seeking += asking - answered
        admitted = min(answered, max(0, self.settings.max_connections - self.outcome.connections))
        self.refused += answered - admitted
        return admitted

    def _open(self, pages: int) -> int:
        """Return how many pages open a socket."""
        pages = self._through(pages, ("connections", 1), ("websocket_stage", 1), ("requests", 1))
        for name in ("authorize_connection", "connect"):
            pages = self._invoke(name, name, pages)
        return pages

    def _through(self, requests: int, *limits: tuple[str, float]) -> int:
        for name, tokens in limits:
            requests = self.buckets[name].grant(requests, tokens)
        return requests

    # ---- time and chance

    def _shares(self) -> Iterator[float]:
        """Yield the share of the votes in each partition: keys are placed at random, by their hash."""
        number = self.capacity.partitions
        if self.design.broadcast_each_vote:
            yield from [1 / number] * number
        else:
            placed = spread(number, self.capacity.buckets, self.random)
            yield from (keys / self.capacity.buckets for keys in placed)

    def _poisson(self, mean: float) -> int:
        """Return a random number of independent events; many tries of small chance are nearly Poisson."""
        tries = max(1_000, ceil(mean * 100))
        return self.random.binomialvariate(tries, min(1, mean / tries)) if mean > 0 else 0

    def _tick(self, at: float) -> int:
        return round(at / TICK)

    def _now(self) -> datetime:
        return _EPOCH + timedelta(seconds=self.env.now)

    def _length(self) -> timedelta:
        return self.settings.broadcasts.window_for(self.outcome.connections)


def spread(partitions: int, keys: int, random: Random) -> list[int]:
    """Return the number of partition keys in each partition."""
    placed = Counter(random.randrange(partitions) for _ in range(keys))
    return [placed[partition] for partition in range(partitions)]
