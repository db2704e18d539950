"""Post messages to many open sockets concurrently.

Why not boto3's `post_to_connection` on a thread pool: a post costs it 0.9 ms of CPU, however many threads
share the interpreter lock, so 1,000 pages cost a second of a whole vCPU. Signing with botocore's own
`SigV4Auth` and sending with aiohttp costs 0.19 ms, a third of it the signature (urllib3 on threads 0.5, httpx
1.2 and more; measured on Python 3.13 against a server that does nothing, connections kept, no TLS).
"""

import asyncio
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from urllib.parse import quote

import aiohttp
import boto3
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import ReadOnlyCredentials
from chassis.aws import seconds_left
from yarl import URL

PARALLEL: Final = 64
POST_SECONDS: Final = 3.0
ALL_POSTS_SECONDS: Final = 20.0
RETRY_PAUSES_SECONDS: Final = (0.1, 0.3)
_SENT: Final = "sent"
_GONE: Final = str(HTTPStatus.GONE.value)
_THROTTLED: Final = str(HTTPStatus.TOO_MANY_REQUESTS.value)
_UNREACHABLE: Final = "unreachable"
_LATE: Final = "late"

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

    def post(self, deliveries: Mapping[str, Sequence[bytes]]) -> Posted:
        """Post to each connection its messages, in order. A failed post holds up no other.

        Failures are logged and counted here, so that no caller can omit it.
        """
        outcomes = asyncio.run(self._post_all(deliveries)) if deliveries else {}
        failed = Counter(outcome for outcome in outcomes.values() if outcome not in {_SENT, _GONE})
        if failed:
            logger.warning("posts failed", reasons=dict(failed))
        metrics.add_metric("PostsFailed", MetricUnit.Count, failed.total())
        return Posted(
            sent=sum(outcome == _SENT for outcome in outcomes.values()),
            gone=frozenset(connection for connection, outcome in outcomes.items() if outcome == _GONE),
            failed=failed,
        )

    async def _post_all(self, deliveries: Mapping[str, Sequence[bytes]]) -> dict[str, str]:
        outcomes = dict.fromkeys(deliveries, _LATE)
        waiting = iter(deliveries.items())
        # One session per broadcast: a connection kept while Lambda is frozen may be dead without notice.
        async with aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=PARALLEL),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=POST_SECONDS),
        ) as http:
            post = _Post(http, self._endpoint, self._session)

            async def work() -> None:
                for connection_id, messages in waiting:
                    outcomes[connection_id] = await post.messages(connection_id, messages)

            with suppress(TimeoutError):
                async with (
                    asyncio.timeout(min(ALL_POSTS_SECONDS, seconds_left())),
                    asyncio.TaskGroup() as group,
                ):
                    for _ in range(min(PARALLEL, len(deliveries))):
                        group.create_task(work())
        return outcomes


class _Post:
    """Posts the messages of one broadcast. An outcome is `sent` or the reason of the failure."""

    def __init__(self, http: aiohttp.ClientSession, endpoint: str, session: boto3.Session) -> None:
        credentials = session.get_credentials()
        if credentials is None:
            raise RuntimeError("no AWS credentials to sign posts with")
        self._http = http
        self._endpoint = endpoint
        self._credentials: ReadOnlyCredentials = credentials.get_frozen_credentials()
        self._region = session.region_name

    async def messages(self, connection_id: str, messages: Sequence[bytes]) -> str:
        """Post the messages in order up to the first failure; retry transient failures."""
        for message in messages:
            outcome = await self._once(connection_id, message)
            for pause in RETRY_PAUSES_SECONDS:
                if not _transient(outcome):
                    break
                await asyncio.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311
                outcome = await self._once(connection_id, message)
            if outcome != _SENT:
                return outcome
        return _SENT

    async def _once(self, connection_id: str, message: bytes) -> str:
        # The same escapes as in boto3: the signed path must equal the path that is sent.
        url = f"{self._endpoint}/%40connections/{quote(connection_id, safe='')}"
        request = AWSRequest("POST", url, data=message, headers={"Content-Type": "application/json"})
        SigV4Auth(self._credentials, "execute-api", self._region).add_auth(request)
        try:
            headers = dict(request.headers.items())
            async with self._http.post(URL(url, encoded=True), data=message, headers=headers) as answer:
                return _SENT if answer.ok else str(answer.status)
        except (aiohttp.ClientError, TimeoutError, OSError):
            return _UNREACHABLE


def _transient(outcome: str) -> bool:
    return outcome in {_THROTTLED, _UNREACHABLE} or outcome.startswith("5")
