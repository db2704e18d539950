"""Invokes the operators' functions by name."""

import json
from typing import Final

from contracts.recount import RebuildPoll, RedrivePoll
from devkit.failure import Failure
from pydantic import ValidationError

from laptop.aws import client
from laptop.instance import ENVIRONMENT
from laptop.results_api import running

MAX_NAME: Final = 200
"""Maximum length of the operator's name; the end of an ARN identifies the caller."""


def ask(function: str, request: type[RedrivePoll | RebuildPoll], poll: str) -> bytes:
    """Invoke a function of results-service for a poll and return its answer. Raises `Failure`."""
    instance = running()
    caller = client(instance, "sts").get_caller_identity()["Arn"]
    try:
        asked = request(poll_id=poll, asked_by=caller[-MAX_NAME:])
    except ValidationError:
        raise Failure(
            f"{poll!r} is not a poll id.", "A poll id has 26 characters; ./dev status shows the active poll"
        ) from None
    answer = client(instance, "lambda").invoke(
        FunctionName=f"tot-{ENVIRONMENT}-{function}", Payload=asked.model_dump_json()
    )
    payload: bytes = answer["Payload"].read()
    if "FunctionError" in answer:
        said = json.loads(payload).get("errorMessage", "no reason given")
        raise Failure(f"The {function} failed: {said}.", f"See ./dev logs {function}")
    return payload
