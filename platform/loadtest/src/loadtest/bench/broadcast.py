"""Benchmark: CPU per post beside a boto3 loop, and messages per vote by the real functions.

The posts go to an endpoint in a process of its own. CPU is that of this process, so other programs change the
time and hardly the CPU.
"""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import boto3
from costs.prices import load_prices
from realtime_service.adapters.sockets import Sockets

from loadtest.bench.exactness import broadcasts
from loadtest.bench.fan_out import FanOut
from loadtest.bench.fan_out import measure as measure_fan_out

POSTS: Final = 10_000
BOTO3_POSTS: Final = 1_000
MESSAGE: Final = json.dumps({"type": "results", "padding": "x" * 280}).encode()
MESSAGE_DOLLARS: Final = load_prices().prices["websocket_messages"].of(1)
"""Price of a WebSocket message of up to 32 KB."""

BUSY: Final = 1_000
"""Votes a second, and open pages, of the limit of messages per vote."""

MIN_RATIO: Final = 10
MAX_CPU_SECONDS: Final = 2.0
MAX_MESSAGES_PER_VOTE: Final = 1.1
_CREDENTIALS: Final = {
    "AWS_ACCESS_KEY_ID": "bench",
    "AWS_SECRET_ACCESS_KEY": "bench",
    "AWS_SESSION_TOKEN": "t" * 900,  # as long as Lambda's
    "AWS_DEFAULT_REGION": "eu-central-1",
}


@dataclass(frozen=True, slots=True)
class Broadcast:
    """CPU seconds per post of both ways, and the messages per vote by rate and audience."""

    boto3_cpu: float
    cpu: float
    seconds: float
    """Wall time of all posts of this service."""
    messages: list[dict[str, Any]]
    fan_out: FanOut | None
    """A broadcast by a worker per shard, if one was asked for."""

    @property
    def ratio(self) -> float:
        """How many times the CPU of this service a boto3 loop takes."""
        return self.boto3_cpu / self.cpu

    @property
    def at_a_thousand(self) -> float:
        """Messages per vote at 1,000 votes a second and 1,000 open pages."""
        return next(float(one["messages_per_vote"]) for one in self.messages
                    if one["rate"] == one["audience"] == BUSY)  # fmt: skip

    @property
    def as_claimed(self) -> bool:
        """Whether posts are cheap enough, messages few enough, and all final totals right."""
        cheap = self.ratio >= MIN_RATIO and self.cpu * POSTS <= MAX_CPU_SECONDS
        return (
            cheap
            and self.at_a_thousand <= MAX_MESSAGES_PER_VOTE
            and all(one["exact"] for one in self.messages)
            and (self.fan_out is None or self.fan_out.as_claimed)
        )


def measure(connections: int = 0) -> Broadcast:
    """Post with boto3 and with the service's own code in one run, then count messages per vote.

    With a number of connections, also broadcast to as many by a worker per shard.
    """
    os.environ |= _CREDENTIALS
    with _endpoint() as url:
        client = boto3.client("apigatewaymanagementapi", endpoint_url=url)
        client.post_to_connection(ConnectionId="warm=", Data=MESSAGE)
        began = time.process_time()
        for number in range(BOTO3_POSTS):
            client.post_to_connection(ConnectionId=f"{number}=", Data=MESSAGE)
        boto3_cpu = (time.process_time() - began) / BOTO3_POSTS
        sockets = Sockets(url, boto3.Session())
        sockets.post([("warm=", [MESSAGE])])
        began, started = time.process_time(), time.monotonic()
        posted = sockets.post((f"{number}=", [MESSAGE]) for number in range(POSTS))
        cpu, seconds = (time.process_time() - began) / POSTS, time.monotonic() - started
        if posted.sent != POSTS:
            raise RuntimeError(f"{posted.failed} of {POSTS} posts failed")
        fan_out = measure_fan_out(connections, url) if connections else None
    return Broadcast(boto3_cpu, cpu, seconds, broadcasts(), fan_out)


@contextmanager
def _endpoint() -> Iterator[str]:
    with subprocess.Popen(
        [sys.executable, "-m", "loadtest.bench.endpoint"], stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            port = int(process.stdout.readline()) if process.stdout else 0
            socket.create_connection(("127.0.0.1", port), timeout=10).close()
            yield f"http://127.0.0.1:{port}/ws"
        finally:
            process.kill()
