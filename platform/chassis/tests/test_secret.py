"""The cache of secrets during an outage of Secrets Manager, with a fake clock."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import StringIO
from typing import Any, cast

import chassis.secret
import pytest
from aws_lambda_powertools import Logger, Metrics
from botocore.exceptions import ClientError, ReadTimeoutError
from chassis.secret import FRESH_SECONDS, MAX_STALE_SECONDS, RETRY_SECONDS, Secrets, SecretUnavailable

FAILURES: list[Exception | str] = [
    ReadTimeoutError(endpoint_url="https://secretsmanager.example"),
    ClientError({"Error": {"Code": "InternalServiceError"}}, "GetSecretValue"),
    ClientError({"Error": {"Code": "AccessDeniedException"}}, "GetSecretValue"),
    "no JSON",
    '["no", "object"]',
    '{"current": 1}',
]


@dataclass
class SecretsManager:
    """A fake client that returns a secret or fails, and counts its calls."""

    failure: Exception | str | None = None
    calls: list[str] = field(default_factory=list)
    value: dict[str, str] = field(default_factory=lambda: {"current": "k1", "k1": "key"})

    def get_secret_value(self, SecretId: str) -> dict[str, Any]:  # noqa: N803 (AWS's own)
        self.calls.append(SecretId)
        if isinstance(self.failure, Exception):
            raise self.failure
        return {"SecretString": self.failure or json.dumps(self.value)}


class Clock:
    now = 1_000.0


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    found = Clock()
    monkeypatch.setattr(chassis.secret, "monotonic", lambda: found.now)
    return found


@pytest.fixture
def manager() -> SecretsManager:
    return SecretsManager()


@pytest.fixture
def secrets(manager: SecretsManager, clock: Clock) -> Secrets:
    return Secrets(cast("Any", manager))


@pytest.fixture(autouse=True)
def metrics(monkeypatch: pytest.MonkeyPatch) -> Iterator[Metrics]:
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Test")
    found = Metrics(namespace="Test", service="test")
    found.clear_metrics()
    yield found
    found.clear_metrics()


@pytest.mark.parametrize("failure", FAILURES, ids=str)
def test_cached_secret_survives_an_hour_of_outage(
    secrets: Secrets, manager: SecretsManager, clock: Clock, failure: Exception | str
) -> None:
    known = secrets.read("arn")
    manager.failure = failure
    for _ in range(3600):
        clock.now += 1
        assert secrets.read("arn") == known
    # The value is fresh for five minutes; then one call a minute delays one request.
    assert len(manager.calls) == 1 + (3600 - FRESH_SECONDS) // RETRY_SECONDS + 1


def test_new_value_is_read_after_five_minutes_or_a_minute_after_an_outage(
    secrets: Secrets, manager: SecretsManager, clock: Clock
) -> None:
    secrets.read("arn")
    manager.value = {"current": "k2", "k2": "key"}
    manager.failure = FAILURES[0]
    clock.now += FRESH_SECONDS
    assert secrets.read("arn")["current"] == "k1"
    manager.failure = None
    clock.now += RETRY_SECONDS - 1
    assert secrets.read("arn")["current"] == "k1"
    clock.now += 1
    assert secrets.read("arn")["current"] == "k2"


def test_cached_value_expires_after_twelve_hours(
    secrets: Secrets, manager: SecretsManager, clock: Clock
) -> None:
    secrets.read("arn")
    manager.failure = FAILURES[0]
    clock.now += MAX_STALE_SECONDS - 1
    assert secrets.read("arn")
    clock.now += 1
    with pytest.raises(SecretUnavailable):
        secrets.read("arn")


def test_requests_without_a_cached_value_fail_fast_and_one_in_two_seconds_waits(
    secrets: Secrets, manager: SecretsManager, clock: Clock
) -> None:
    manager.failure = FAILURES[0]
    for _ in range(5):
        with pytest.raises(SecretUnavailable):
            secrets.read("arn")
    assert len(manager.calls) == 1
    manager.failure = None
    clock.now += 2
    assert secrets.read("arn")["current"] == "k1"


def test_pauses_without_a_cached_value_double_up_to_sixteen_seconds(
    secrets: Secrets, manager: SecretsManager, clock: Clock
) -> None:
    manager.failure = FAILURES[0]
    attempts: list[int] = []
    for second in range(80):
        with pytest.raises(SecretUnavailable):
            secrets.read("arn")
        attempts += [second] * (len(manager.calls) - len(attempts))
        clock.now += 1
    assert attempts == [0, 2, 6, 14, 30, 46, 62, 78]
    manager.failure = None
    clock.now += 16
    assert secrets.read("arn")["current"] == "k1"
    manager.failure, manager.calls = FAILURES[0], []
    for _ in range(3):
        with pytest.raises(SecretUnavailable):
            secrets.read("another")
        clock.now += 1
    assert len(manager.calls) == 2, "a success resets the pause to two seconds"


def test_outage_delays_one_request_a_minute_for_any_number_of_secrets(
    secrets: Secrets, manager: SecretsManager, clock: Clock
) -> None:
    names = ["origin", "keys", "passes"]
    for name in names:
        secrets.read(name)
    manager.failure, manager.calls = FAILURES[0], []
    clock.now += FRESH_SECONDS
    for name in names:
        assert secrets.read(name)
    assert manager.calls == ["origin"]


def test_failed_read_increments_the_alarm_metric(
    secrets: Secrets, manager: SecretsManager, clock: Clock, metrics: Metrics
) -> None:
    secrets.read("arn")
    assert not metrics.metric_set
    manager.failure = FAILURES[0]
    clock.now += FRESH_SECONDS
    secrets.read("arn")
    assert metrics.metric_set["SecretReadFailed"]["Value"] == [1.0]


def test_invalid_secret_value_is_not_logged(
    secrets: Secrets, manager: SecretsManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = StringIO()
    monkeypatch.setattr(chassis.secret, "Logger", lambda: Logger(service="of-secrets", stream=log))
    manager.failure = '{"current": "the new key", }'
    with pytest.raises(SecretUnavailable):
        secrets.read("arn")
    assert "secret not read" in log.getvalue()
    assert "the new key" not in log.getvalue()
