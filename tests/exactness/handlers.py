"""The real Lambda handlers, imported once without AWS; each world replaces their clients."""

import importlib
import logging
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Final
from unittest.mock import Mock, patch

import boto3

SETTINGS: Final = {
    "AWS_ACCESS_KEY_ID": "none",
    "AWS_SECRET_ACCESS_KEY": "none",
    "AWS_DEFAULT_REGION": "eu-central-1",
    "AWS_LAMBDA_FUNCTION_NAME": "function",
    "GAME_RESULTS_TABLE": "game-results",
    "LOGS_BUCKET": "logs",
    "DEAD_LETTER_QUEUE_URL": "https://sqs.example/dead-letters",
    "RECOUNT_QUEUE_URL": "https://sqs.example/recounts",
    "BROADCAST_QUEUE_URL": "https://sqs.example/broadcasts",
    "BROADCAST_WINDOW_SECONDS": "1",
    "MAX_CONNECTIONS": "1000",
    "POSTS_PER_SECOND": "5000",
    "TICKETS_PER_NETWORK": "5000",
    "CONNECTIONS_TABLE": "connections",
    "CONNECTIONS_ENDPOINT": "https://sockets.example/ws",
    "RESULTS_PASS_SECRET_ARN": "arn:aws:secretsmanager:eu-central-1:123456789012:secret:passes",
    "ORIGIN_SECRET_ARN": "arn:aws:secretsmanager:eu-central-1:123456789012:secret:origin",
    "SITE_ORIGIN": "https://vote.example",
    "ALLOWED_ORIGINS": "",
    "POWERTOOLS_METRICS_NAMESPACE": "ThisOrThat",
    "POWERTOOLS_SERVICE_NAME": "test",
    "POWERTOOLS_LOG_LEVEL": "CRITICAL",
    "POWERTOOLS_METRICS_DISABLED": "true",
}


@dataclass(frozen=True, slots=True)
class Handlers:
    """The modules of the Lambda handlers."""

    count_votes: ModuleType
    track_poll_status: ModuleType
    results_stream_handler: ModuleType
    broadcast_queue_handler: ModuleType


@contextmanager
def at_hand() -> Iterator[None]:
    """Set the environment of the handlers, without any real resource, and silence their output."""
    before, silenced = dict(os.environ), logging.root.manager.disable
    os.environ.pop("SINGLE_STREAM_SHARD", None)
    os.environ |= SETTINGS
    logging.disable(logging.CRITICAL)
    try:
        # Powertools prints its metrics.
        with warnings.catch_warnings(), Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere):
            warnings.filterwarnings("ignore", message="No application metrics")
            yield
    finally:
        logging.disable(silenced)
        os.environ.clear()
        os.environ.update(before)


@cache
def load() -> Handlers:
    """Import the handlers with mock clients, so that queues accept any message; requires `at_hand`."""
    with patch.object(boto3, "client", lambda *_, **__: Mock()):
        return _import()


def _import() -> Handlers:
    return Handlers(
        importlib.import_module("results_service.handlers.count_votes"),
        importlib.import_module("results_service.handlers.track_poll_status"),
        importlib.import_module("realtime_service.handlers.results_stream_handler"),
        importlib.import_module("realtime_service.handlers.broadcast_queue_handler"),
    )
