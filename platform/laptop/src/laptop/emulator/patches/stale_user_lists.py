"""List the users of a pool as of a few seconds ago: on AWS, lists of users are eventually consistent."""

import copy
import threading
import time
from collections import defaultdict
from contextvars import ContextVar
from typing import Any, Final

from ministack.services import cognito

LAG_SECONDS: Final = 3.0
LISTS: Final = frozenset({"ListUsers", "ListUsersInGroup"})
STORED: Final = ("_users", "_groups")

_before: defaultdict[str, list[tuple[float, dict[str, Any]]]] = defaultdict(list)
"""For each pool, the moments of its newest changes, and its users before each of them."""
_lists: ContextVar[bool] = ContextVar("lists", default=False)
_lock = threading.Lock()


def apply() -> None:
    """Remember the users before each change, and list them as of `LAG_SECONDS` ago."""
    run, resolve = cognito._run_idp_handler, cognito._resolve_pool

    def run_with_lag(handler: Any, action: str, data: dict[str, Any]) -> Any:
        token = _lists.set(action in LISTS)
        try:
            if action.startswith("Admin") and not action.startswith(("AdminGet", "AdminList")):
                _remember(data.get("UserPoolId", ""))
            return run(handler, action, data)
        finally:
            _lists.reset(token)

    def resolve_as_of_earlier(pool_id: str) -> tuple[dict[str, Any] | None, Any]:
        pool, error = resolve(pool_id)
        if pool is None or not _lists.get():
            return pool, error
        with _lock:
            since = time.monotonic() - LAG_SECONDS
            stale = next((users for at, users in _before[pool_id] if at > since), {})
        return {**pool, **stale}, None

    def _remember(pool_id: str) -> None:
        pool, _ = resolve(pool_id)
        if pool is not None:
            with _lock:
                now = time.monotonic()
                recent = [one for one in _before[pool_id] if one[0] > now - LAG_SECONDS]
                _before[pool_id] = [*recent, (now, {name: copy.deepcopy(pool[name]) for name in STORED})]

    cognito._run_idp_handler, cognito._resolve_pool = run_with_lag, resolve_as_of_earlier
