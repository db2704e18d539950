"""Calls the functions that operators call by name."""

import json
from typing import Final

from contracts.recount import RebuildPollV2, RedrivePollV2
from pydantic import ValidationError

from devstack.aws import client
from devstack.failure import Failure
from devstack.instance import ENVIRONMENT
from devstack.vote_log.organisers import running

MAX_NAME: Final = 200
"""Of an ARN its end tells who it is."""


def ask(function: str, request: type[RedrivePollV2 | RebuildPollV2], poll: str) -> bytes:
    """Return what a function of results-service answers for a poll. Raises `Failure`."""
    instance = running()
    who = client(instance, "sts").get_caller_identity()["Arn"]
    try:
        asked = request(poll_id=poll, asked_by=who[-MAX_NAME:])
    except ValidationError:
        raise Failure(
            f"{poll!r} is no poll's id.", "It has 26 characters: ./dev status shows the active one"
        ) from None
    answer = client(instance, "lambda").invoke(
        FunctionName=f"tot-{ENVIRONMENT}-{function}", Payload=asked.model_dump_json()
    )
    payload: bytes = answer["Payload"].read()
    if "FunctionError" in answer:
        said = json.loads(payload).get("errorMessage", "it does not say why")
        raise Failure(f"The {function} failed: {said}.", f"See ./dev logs {function}")
    return payload
