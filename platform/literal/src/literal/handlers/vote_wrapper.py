"""Start the vote workflow with the request's body, and return its outcome."""

import json
import os
from typing import Any

import boto3

from literal.handlers.preflight import HEADERS

states = boto3.client("stepfunctions")
workflow = os.environ["VOTE_WORKFLOW_ARN"]


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Return 200 if the vote is counted, 409 if it is rejected, 500 if the workflow failed."""
    execution = states.start_sync_execution(stateMachineArn=workflow, input=event["body"])
    if execution["status"] != "SUCCEEDED":
        return {"statusCode": 500, "headers": HEADERS, "body": "{}"}
    outcome = json.loads(execution["output"])
    return {
        "statusCode": 200 if outcome["valid"] else 409,
        "headers": HEADERS,
        "body": json.dumps(outcome),
    }
