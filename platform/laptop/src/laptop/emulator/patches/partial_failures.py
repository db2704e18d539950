"""Honour partial batch failures; ministack stores `ReportBatchItemFailures` but ignores such an answer.

It would silently skip the records that a function reports as failed. Here such an answer fails the whole
batch, so it is redelivered: more records than on AWS, and at least once as on AWS.
"""

import json
from typing import Any

from ministack.services import lambda_svc


def has_failures(answer: Any) -> bool:
    """Return whether a function's answer, as a value or as JSON text, names failed records."""
    if isinstance(answer, str | bytes):
        try:
            answer = json.loads(answer)
        except ValueError:
            return False
    return isinstance(answer, dict) and bool(answer.get("batchItemFailures"))


def is_stream_batch(event: Any) -> bool:
    """Return whether the event is a batch of a DynamoDB stream."""
    records = event.get("Records") if isinstance(event, dict) else None
    return bool(records and records[0].get("eventSource") == "aws:dynamodb")


def apply() -> None:
    """Turn an answer that names failed records into a failed invocation."""
    execute = lambda_svc._execute_function

    def execute_and_read_answer(function: Any, event: Any, *args: Any, **named: Any) -> Any:
        result = execute(function, event, *args, **named)
        if is_stream_batch(event) and has_failures(result.get("body")):
            failure = {"errorType": "BatchItemFailures", "errorMessage": json.dumps(result["body"])}
            return {**result, "error": True, "body": failure}
        return result

    lambda_svc._execute_function = execute_and_read_answer
