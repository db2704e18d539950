"""`dev redrive`: put invalid records of a poll back that have become readable by a fix."""

from typing import Annotated, Final

import typer
from contracts.recount import PollRedriven, RedrivePollV2

from devstack.vote_log.operators import ask

STILL_INVALID: Final = 1


def redrive(
    poll: Annotated[str, typer.Argument(help="A poll's id.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the outcome as JSON.")] = False,
) -> None:
    """Reprocess a poll's invalid records; votes are counted, each once, and news is applied.

    Exit status: 0 none is left, 1 some are.
    """
    done = PollRedriven.model_validate_json(ask("redrive", RedrivePollV2, poll))
    if as_json:
        typer.echo(done.model_dump_json())
    else:
        typer.echo(
            f"{done.redriven} put back, {done.still_invalid} still cannot be read, "
            f"{done.not_counted_yet} wait for their batch to be counted"
        )
    if done.still_invalid or done.not_counted_yet:
        raise typer.Exit(STILL_INVALID)
