"""Post messages to many open sockets concurrently.

Why not boto3's `post_to_connection`: a post costs it 0.7 ms of CPU, however many threads share the
interpreter lock. libcurl keeps connections, signs (Signature Version 4) and encrypts in C: 0.04 ms. aiohttp
takes 0.28 ms with botocore's `SigV4Auth`, 0.16 with a signature of our own. `./dev bench broadcast` measures
boto3 and this module in one run.
"""

import heapq
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from math import inf
from time import monotonic, sleep
from typing import Any, Final
from urllib.parse import quote

import boto3
import certifi
import pycurl
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from chassis.aws import seconds_left

type Delivery = tuple[str, Sequence[bytes]]
"""A connection id and its messages, in order."""

PARALLEL: Final = 64
POST_SECONDS: Final = 3.0
RETRY_PAUSES_SECONDS: Final = (0.1, 0.3)
_GONE: Final = str(HTTPStatus.GONE.value)
_THROTTLED: Final = str(HTTPStatus.TOO_MANY_REQUESTS.value)
_UNREACHABLE: Final = "unreachable"
_LATE: Final = "late"
_MAX_WAIT_SECONDS: Final = 0.02
"""Longest wait for an answer of the endpoint, so that a retry or the next post is not late."""

logger = Logger()
metrics = Metrics()


@dataclass(frozen=True, slots=True)
class Posted:
    """Outcome of a broadcast, by connection.

    `failed` counts by reason: an HTTP status such as `429`, `unreachable`, or `late` (the time was up). A
    page that missed a message catches up with the next one, or by its next ping.
    """

    sent: int
    gone: frozenset[str]
    failed: Mapping[str, int]


class Sockets:
    """The open sockets of the WebSocket API, by connection id."""

    def __init__(self, endpoint: str, session: boto3.Session) -> None:
        self._endpoint = endpoint
        self._session = session
        # Connections are kept between broadcasts; libcurl replaces those that died while Lambda was frozen.
        self._multi = pycurl.CurlMulti()
        self._handles: list[pycurl.Curl] = []

    def post(
        self, deliveries: Iterable[Delivery], *, per_second: float = inf, seconds: float = inf
    ) -> Posted:
        """Post to each connection its messages, in order. A failed post holds up no other.

        `per_second` limits the posts, as the account's quota does; after `seconds` the rest is given up.
        Failures are logged and counted here, so that no caller can omit it.
        """
        broadcast = _Broadcast(
            self._multi, self._handles, self._endpoint, tuple(self._options()), iter(deliveries), per_second
        )
        broadcast.run(min(seconds, seconds_left()))
        if broadcast.failed:
            logger.warning("posts failed", reasons=dict(broadcast.failed))
        metrics.add_metric("PostsFailed", MetricUnit.Count, broadcast.failed.total())
        return Posted(broadcast.sent, frozenset(broadcast.gone), broadcast.failed)

    def _options(self) -> Iterator[tuple[int, Any]]:
        """Return libcurl's options of every post. Lambda renews the credentials."""
        credentials = self._session.get_credentials()
        if credentials is None:
            raise RuntimeError("no AWS credentials to sign posts with")
        keys = credentials.get_frozen_credentials()
        session_token = [f"X-Amz-Security-Token: {keys.token}"] if keys.token else []
        yield pycurl.AWS_SIGV4, f"aws:amz:{self._session.region_name}:execute-api"
        yield pycurl.USERNAME, keys.access_key
        yield pycurl.PASSWORD, keys.secret_key
        yield pycurl.HTTPHEADER, ["Content-Type: application/json", "Expect:", *session_token]
        yield pycurl.CAINFO, certifi.where()
        yield pycurl.PROXY, ""
        yield pycurl.NOSIGNAL, 1
        yield pycurl.WRITEFUNCTION, len  # the body of an answer is not read


@dataclass(slots=True)
class _Post:
    """One connection's messages: which is the next, and how often it has failed."""

    connection_id: str
    messages: Sequence[bytes]
    position: int = 0
    failures: int = 0


@dataclass(slots=True)
class _Broadcast:
    """The posts of one broadcast and their outcomes. A connection has at most one post at a time."""

    multi: pycurl.CurlMulti
    idle: list[pycurl.Curl]
    endpoint: str
    options: Sequence[tuple[int, Any]]
    deliveries: Iterator[Delivery]
    per_second: float
    sent: int = 0
    gone: set[str] = field(default_factory=set)
    failed: Counter[str] = field(default_factory=Counter)
    _active: dict[pycurl.Curl, _Post] = field(default_factory=dict)
    _retries: list[tuple[float, str, _Post]] = field(default_factory=list)
    _started: int = 0
    _exhausted: bool = False

    def run(self, seconds: float) -> None:
        """Post until everything is sent or has failed, or until the time is up."""
        began = monotonic()
        while (elapsed := monotonic() - began) < seconds:
            self._fill(elapsed, began + elapsed, seconds)
            if self._exhausted and not self._active and not self._retries:
                return
            self.multi.perform()
            if not self._collect():
                self._wait(min(_MAX_WAIT_SECONDS, seconds - elapsed))
        self._give_up()

    def _fill(self, elapsed: float, now: float, seconds: float) -> None:
        """Start posts up to the limits, first those whose retry is due."""
        allowed = PARALLEL + elapsed * self.per_second
        while len(self._active) < PARALLEL and self._started < allowed:
            if self._retries and self._retries[0][0] <= now:
                post = heapq.heappop(self._retries)[2]
            elif (delivery := next(self.deliveries, None)) is not None:
                post = _Post(*delivery)
            else:
                self._exhausted = True
                return
            self._start(post, seconds - elapsed)

    def _start(self, post: _Post, seconds: float) -> None:
        handle = self.idle.pop() if self.idle else pycurl.Curl()
        for option, value in self.options:
            handle.setopt(option, value)
        # The same escapes as in boto3.
        handle.setopt(pycurl.URL, f"{self.endpoint}/%40connections/{quote(post.connection_id, safe='')}")
        handle.setopt(pycurl.POSTFIELDS, post.messages[post.position])
        handle.setopt(pycurl.TIMEOUT_MS, max(1, int(min(POST_SECONDS, seconds) * 1000)))
        self.multi.add_handle(handle)
        self._active[handle] = post
        self._started += 1

    def _collect(self) -> bool:
        """Take the finished posts; return whether there were any."""
        _, answered, failed = self.multi.info_read()
        for handle in answered:
            status = handle.getinfo(pycurl.RESPONSE_CODE)
            self._finished(handle, None if HTTPStatus(status).is_success else str(status))
        for handle, _, _ in failed:
            self._finished(handle, _UNREACHABLE)
        return bool(answered or failed)

    def _finished(self, handle: pycurl.Curl, failure: str | None) -> None:
        post = self._active.pop(handle)
        self._release(handle)
        if failure is None:
            post.position, post.failures = post.position + 1, 0
            if post.position == len(post.messages):
                self.sent += 1
            else:
                self._again(post, 0)
        elif _transient(failure) and post.failures < len(RETRY_PAUSES_SECONDS):
            pause = RETRY_PAUSES_SECONDS[post.failures]
            post.failures += 1
            self._again(post, pause * random.uniform(0.5, 1.5))  # noqa: S311
        elif failure == _GONE:
            self.gone.add(post.connection_id)
        else:
            self.failed[failure] += 1

    def _again(self, post: _Post, pause: float) -> None:
        heapq.heappush(self._retries, (monotonic() + pause, post.connection_id, post))

    def _release(self, handle: pycurl.Curl) -> None:
        self.multi.remove_handle(handle)
        self.idle.append(handle)

    def _wait(self, seconds: float) -> None:
        if self._active:
            self.multi.select(seconds)
        else:  # without a connection to wait for, select returns at once
            sleep(seconds)

    def _give_up(self) -> None:
        late = len(self._active) + len(self._retries) + sum(1 for _ in self.deliveries)
        for handle in self._active:
            self._release(handle)
        if late:
            self.failed[_LATE] += late


def _transient(failure: str) -> bool:
    return failure in {_THROTTLED, _UNREACHABLE} or failure.startswith("5")
