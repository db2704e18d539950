"""Run functions of WebSocket routes through ministack's dispatcher, with concurrency and logs.

ministack calls them outside it: one at a time and without logs. On AWS they are like any other function. A
hundred connecting pages would wait for each other.
"""

from dataclasses import dataclass
from typing import Any

from ministack.core import lambda_runtime
from ministack.services import lambda_svc


@dataclass(frozen=True)
class Dispatched:
    """Replaces the process of ministack's WebSocket code, and passes its calls to the dispatcher."""

    record: dict[str, Any]

    def invoke(self, event: dict[str, Any], _request_id: str) -> dict[str, Any]:
        """Return `{"status": "ok", "result": …}` or `{"status": "error", "error": …}`, as a process does."""
        done = lambda_svc._execute_function(self.record, event)
        if done.get("error") or done.get("throttle"):
            return {"status": "error", "error": str(done.get("body"))}
        return {"status": "ok", "result": done.get("body")}


def apply() -> None:
    """Route calls of WebSocket routes to the dispatcher."""

    def dispatched(_name: str, config: dict[str, Any], code: bytes, **_qualifier: str) -> Dispatched:
        return Dispatched(lambda_svc._execution_record_for_config({"code_zip": code}, config))

    lambda_runtime.get_or_create_worker = dispatched
