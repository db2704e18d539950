"""Measures the processor time of handlers beside their AWS calls, which earlier responses answer."""

import statistics
import time
from collections.abc import Callable
from typing import Any, Final

import pytest
from botocore.client import BaseClient

ROUNDS: Final = 200


def handler_cpu(invoke: Callable[[], object]) -> float:
    """Return the median processor seconds of an invocation whose AWS calls return at once."""
    base: Any = BaseClient
    real = base._make_api_call
    answers: dict[tuple[str, str], Any] = {}

    def remembered(client: BaseClient, operation: str, parameters: Any) -> Any:
        key = (operation, str(parameters.get("Key", parameters.get("stateMachineArn", ""))))
        if key not in answers:
            answers[key] = real(client, operation, parameters)
        return answers[key]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(base, "_make_api_call", remembered)
        invoke()
        times = []
        for _ in range(ROUNDS):
            began = time.process_time()
            invoke()
            times.append(time.process_time() - began)
    return statistics.median(times)
