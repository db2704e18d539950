"""Benchmark: the workers of a large broadcast, by the real code, each in a process of its own as on Lambda.

The table is made up page by page, so that a process' memory is the worker's. Posts go to the loopback
endpoint as fast as they can, not at the rate of the account's share. `python -m loadtest.bench.fan_out` is
one worker.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import boto3
import psutil
from contracts.enums import PollStatus, ResultVisibility
from contracts.ids import new_poll_id
from contracts.tally import TallyChanged
from realtime_service.adapters.connections import SHARDS
from realtime_service.adapters.sockets import Sockets
from realtime_service.domain.order import ShardBroadcast
from realtime_service.domain.window import BroadcastLimits
from realtime_service.use_cases.broadcast import Broadcaster

PAGE: Final = 4_000
"""Connections in a page of a query, which has 1 MB at most."""

MAX_GROWTH_MB: Final = 32
"""Memory that a worker may take for its posts, at any audience: pages, handles of libcurl, buffers."""

MIN_SECONDS: Final = 120
POSTS_PER_SECOND: Final = 400
"""Posts that all workers together manage on two busy cores: it sets the limit of a large broadcast."""

UNLIMITED: Final = 1_000_000
"""Posts per second: more than a machine can send."""

WARM_UP: Final = 200


@dataclass(frozen=True, slots=True)
class Worker:
    """One worker: its posts, and the memory that it took beyond that of a warmed-up function."""

    posts: int
    failed: int
    cpu_seconds: float
    seconds: float
    megabytes: float
    """Largest resident memory."""
    growth: float
    """The part of it that came with the broadcast."""


@dataclass(frozen=True, slots=True)
class FanOut:
    """A broadcast to many connections by a worker per shard."""

    connections: int
    workers: tuple[Worker, ...]

    @property
    def seconds(self) -> float:
        """The time until the last worker was done."""
        return max(worker.seconds for worker in self.workers)

    @property
    def growth(self) -> float:
        """The largest growth of a worker, in megabytes."""
        return max(worker.growth for worker in self.workers)

    @property
    def cpu_per_post(self) -> float:
        """CPU seconds of a post, with listing and parsing its connection."""
        return sum(worker.cpu_seconds for worker in self.workers) / self.connections

    @property
    def missed(self) -> int:
        """Connections that got no post before the time limit."""
        return self.connections - sum(worker.posts for worker in self.workers)

    @property
    def as_claimed(self) -> bool:
        """Whether every connection got its post and no worker's memory grew beyond the bound."""
        return not self.missed and self.growth <= MAX_GROWTH_MB

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON data."""
        derived = {"seconds": self.seconds, "growth": self.growth, "cpu_per_post": self.cpu_per_post}
        return (
            asdict(self) | derived | {"missed": self.missed, "limit_seconds": seconds_for(self.connections)}
        )


class ConnectionTable:
    """The calls of a worker to the table of connections: pages of public connections, made on demand."""

    def __init__(self, connections: int) -> None:
        self._connections = connections
        self.most_memory = 0.0
        """Largest resident memory of this process, in megabytes, each time when a page had been posted."""

    def query(self, **_call: Any) -> dict[str, Any]:
        """Return the counts of all shards, which have just been compared."""
        checked = {"N": str(int(time.time()))}
        shards = [
            {"sk": {"S": str(shard)}, "viewers": {"N": str(self._connections)}, "checked_at": checked}
            for shard in range(SHARDS)
        ]
        return {"Items": shards}

    def get_item(self, **_call: Any) -> dict[str, Any]:
        """Return no snapshot newer than the order's."""
        return {}

    def get_paginator(self, _operation: str) -> "ConnectionTable":
        """Return the paginator of queries."""
        return self

    def paginate(self, **_call: Any) -> Iterator[dict[str, Any]]:
        """Yield the connections of a shard."""
        connected = {"N": str(int((datetime.now(UTC) - timedelta(minutes=5)).timestamp()))}
        for first in range(0, self._connections, PAGE):
            numbers = range(first, min(first + PAGE, self._connections))
            yield {
                "Items": [
                    {
                        "pk": {"S": "connection#0"},
                        "sk": {"S": f"L0SM9cOF{number:07d}="},
                        "scope": {"S": "public"},
                        "connected_at": connected,
                        "expires_at": connected,
                    }
                    for number in numbers
                ]
            }
            self.most_memory = max(self.most_memory, _megabytes())


def seconds_for(connections: int) -> float:
    """Return the time limit of a broadcast: AWS has more cores than the machine of the benchmark."""
    return max(MIN_SECONDS, connections / POSTS_PER_SECOND)


def measure(connections: int, endpoint: str) -> FanOut:
    """Start a worker for each shard at once, and return the outcome of each."""
    limit = seconds_for(connections)
    each = [connections // SHARDS + (shard < connections % SHARDS) for shard in range(SHARDS)]
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "loadtest.bench.fan_out", str(posts), endpoint, str(limit)],
            stdout=subprocess.PIPE,
            text=True,
        )
        for posts in each
    ]
    try:
        said = [process.communicate(timeout=limit + 300)[0] for process in processes]
    finally:
        for process in processes:
            process.kill()
    return FanOut(connections, tuple(Worker(**json.loads(text.splitlines()[-1])) for text in said))


def broadcaster(of: ConnectionTable, endpoint: str, seconds: float = MIN_SECONDS) -> Broadcaster:
    """Return the service's broadcaster with a table of connections."""
    table: Any = of
    limits = BroadcastLimits(timedelta(seconds=seconds), UNLIMITED)
    queue: Any = None  # a worker sends no orders
    return Broadcaster.of(table, "connections", queue, Sockets(endpoint, boto3.Session()), limits)


def order() -> ShardBroadcast:
    """Return the order of one shard of a broadcast."""
    tally = TallyChanged(
        poll_id=new_poll_id(), a=2, b=3, invalid=0, status=PollStatus.OPEN, tally_version=7,
        result_visibility=ResultVisibility.ALWAYS, opens_at=datetime(2026, 5, 4, tzinfo=UTC), closes_at=None,
        show_turnout=False, updated_at=datetime.now(UTC),
    )  # fmt: skip
    return ShardBroadcast(shard=0, tally=tally, outline_version=1, before=None, audience=None)


def _work(connections: int, endpoint: str, seconds: float) -> Worker:
    now = datetime.now(UTC)
    broadcaster(ConnectionTable(WARM_UP), endpoint).post_shard(order(), now)
    table = ConnectionTable(connections)
    worker = broadcaster(table, endpoint, seconds)
    outcomes: list[Any] = []
    post = worker.sockets.post
    worker.sockets.post = lambda *given, **limits: outcomes.append(post(*given, **limits)) or outcomes[-1]  # type: ignore[method-assign,func-returns-value]
    before, began, cpu = _megabytes(), time.monotonic(), time.process_time()
    worker.post_shard(order(), now)
    return Worker(
        outcomes[0].sent,
        sum(outcomes[0].failed.values()),
        time.process_time() - cpu,
        time.monotonic() - began,
        table.most_memory,
        table.most_memory - before,
    )


def _megabytes() -> float:
    return float(psutil.Process().memory_info().rss / 1024**2)


if __name__ == "__main__":
    os.environ.setdefault("POWERTOOLS_METRICS_NAMESPACE", "ThisOrThat")
    os.environ.setdefault("POWERTOOLS_SERVICE_NAME", "realtime-service")
    sys.stdout.write(json.dumps(asdict(_work(int(sys.argv[1]), sys.argv[2], float(sys.argv[3])))) + "\n")
