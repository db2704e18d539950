"""`dev redrive`: count set-aside records of a poll that have become readable by a fix."""

import json
from typing import Annotated, Final

import typer
from contracts.recount import PollRedriven, RedrivePoll
from pydantic import ValidationError

from devstack.aws import client
from devstack.failure import Failure
from devstack.instance import ENVIRONMENT
from devstack.ledger.organisers import running

STILL_INVALID: Final = 1


def redrive(
    poll: Annotated[str, typer.Argument(help="A poll's id.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the outcome as JSON.")] = False,
) -> None:
    """Judge a poll's invalid records again and count those that are votes by now, each once.

    Exit status: 0 none is left, 1 some are.
    """
    instance = running()
    try:
        asked = RedrivePoll(poll_id=poll)
    except ValidationError:
        raise Failure(
            f"{poll!r} is no poll's id.", "It has 26 characters: ./dev status shows the active one"
        ) from None
    answer = client(instance, "lambda").invoke(
        FunctionName=f"tot-{ENVIRONMENT}-redrive", Payload=asked.model_dump_json()
    )
    payload = answer["Payload"].read()
    if "FunctionError" in answer:
        raise Failure("The redrive failed.", f"{json.loads(payload)}\nSee ./dev logs redrive")
    done = PollRedriven.model_validate_json(payload)
    if as_json:
        typer.echo(done.model_dump_json())
    else:
        typer.echo(
            f"{done.redriven} counted, {done.still_invalid} still no votes, "
            f"{done.not_counted_yet} wait for their batch to be counted"
        )
    if done.still_invalid or done.not_counted_yet:
        raise typer.Exit(STILL_INVALID)
