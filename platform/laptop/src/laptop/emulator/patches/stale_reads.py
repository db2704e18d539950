"""Answer reads of DynamoDB that are not consistent from a second ago, as a lagging replica or index may."""

import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, Final

from ministack.core.responses import AccountRegionScopedDict
from ministack.services import dynamodb

LAG_SECONDS: Final = 1.0
READS: Final = ("_get_item", "_batch_get_item", "_query", "_scan")

type Table = dict[str, Any]
type Change = tuple[float, Any, Any, dict[str, Any] | None]
"""When an item was written, its key, and the item before."""

_changes: defaultdict[str, deque[Change]] = defaultdict(deque)
_stale: ContextVar[bool] = ContextVar("stale", default=False)
_lock = threading.Lock()


class LaggingTables(AccountRegionScopedDict):  # type: ignore[misc]  # (ministack has no types)
    """The tables; during a read that is not consistent, without their newest changes."""

    __slots__ = ()

    def get(self, key: str, default: Any = None) -> Any:
        """Return a table, or a copy of it as it was."""
        table = super().get(key, default)
        newest = _newest_changes(table["TableArn"]) if table and _stale.get() else []
        return _without(table, newest) if newest else table


def apply() -> None:
    """Record every change of an item, and let reads without `ConsistentRead` miss the newest ones."""
    set_item, remove_item = dynamodb._set_item, dynamodb._remove_item

    def recorded(write: Callable[..., Any]) -> Callable[..., Any]:
        def write_and_record(table: Table, pk: Any, sk: Any, *item: Any) -> Any:
            before = write(table, pk, sk, *item)
            with _lock:
                _changes[table["TableArn"]].append((time.monotonic(), pk, sk, before))
            return before

        return write_and_record

    def lagging(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def read_stale(data: Any) -> Any:
            token = _stale.set(not _is_consistent(data))
            try:
                return read(data)
            finally:
                _stale.reset(token)

        return read_stale

    dynamodb._set_item, dynamodb._remove_item = recorded(set_item), recorded(remove_item)
    dynamodb._tables.__class__ = LaggingTables
    for name in READS:
        setattr(dynamodb, name, lagging(getattr(dynamodb, name)))


def _without(table: Table, newest: list[Change]) -> Table:
    copied = {**table, "items": {pk: dict(items) for pk, items in list(table["items"].items())}}
    copied.pop(dynamodb._INDEX_MEMBERS, None)  # made again from the items
    for _, pk, sk, before in reversed(newest):
        items = copied["items"].setdefault(pk, {})
        if before is None:
            items.pop(sk, None)
        else:
            items[sk] = before
    return copied


def _is_consistent(data: Any) -> bool:
    requests = data.get("RequestItems", {}).values() or [data]
    return any(request.get("ConsistentRead") for request in requests)


def _newest_changes(table: str) -> list[Change]:
    with _lock:
        changes = _changes[table]
        while changes and changes[0][0] <= time.monotonic() - LAG_SECONDS:
            changes.popleft()
        return list(changes)
