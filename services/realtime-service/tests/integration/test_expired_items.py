"""DynamoDB deletes expired items within days; until then this service ignores them."""

from collections.abc import Callable
from datetime import timedelta
from types import ModuleType
from typing import Any

from realtime_service.adapters.connections import MAX_CONNECTION, SHARDS
from realtime_service.use_cases.count_audience import AudienceCounter

from .conftest import NOW

LONG_AGO = MAX_CONNECTION + timedelta(minutes=50)


def test_expired_sockets_do_not_count_as_audience(aws: Any, connected: Callable[..., str]) -> None:
    connected("open", ago=timedelta(minutes=1))
    for number in range(5):
        connected(f"expired-{number}", ago=LONG_AGO)
    counter = AudienceCounter.of(aws.dynamodb, "tot-test-web-socket-connections")
    assert [counter.audience(NOW) for _ in range(SHARDS)][-1] == 1, "pings compare one shard each"


def test_expired_sockets_receive_no_messages(
    aws: Any, connected: Callable[..., str], load: Callable[[str], ModuleType]
) -> None:
    connected("expired", ago=LONG_AGO)
    connected("open", ago=timedelta(minutes=1))
    assert {one.connection_id for one in aws.connections.everyone(NOW)} == {"open"}
