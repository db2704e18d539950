"""ministack runs functions of WebSocket routes beside its dispatcher: one call at a time, without logs.

On AWS they are functions like any other. A hundred pages that connect would wait for each other here.
"""

from dataclasses import dataclass
from typing import Any

from ministack.core import lambda_runtime
from ministack.services import lambda_svc


@dataclass(frozen=True)
class Dispatched:
    """Stands where ministack's WebSocket code expects a process, and hands its calls to the dispatcher."""

    record: dict[str, Any]

    def invoke(self, event: dict[str, Any], _request_id: str) -> dict[str, Any]:
        """Answer as a process does: `{"status": "ok", "result": …}` or `{"status": "error", "error": …}`."""
        done = lambda_svc._execute_function(self.record, event)
        if done.get("error") or done.get("throttle"):
            return {"status": "error", "error": str(done.get("body"))}
        return {"status": "ok", "result": done.get("body")}


def apply() -> None:
    """Let WebSocket routes use the dispatcher."""

    def dispatched(_name: str, config: dict[str, Any], code: bytes, **_qualifier: str) -> Dispatched:
        return Dispatched(lambda_svc._execution_record_for_config({"code_zip": code}, config))

    lambda_runtime.get_or_create_worker = dispatched
