"""`dev redrive`: reprocess invalid records of a poll that a fix has made readable."""

from typing import Annotated, Final

import typer
from contracts.recount import PollRedriven, RedrivePoll
from laptop.operator_functions import ask

STILL_INVALID: Final = 1


def redrive(
    poll: Annotated[str, typer.Argument(help="A poll's id.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Reprocess a poll's invalid records.

    Counts each of their votes once and applies their poll events.
    Exit status: 0 no invalid record is left, 1 some are left.
    """
    done = PollRedriven.model_validate_json(ask("redrive", RedrivePoll, poll))
    if as_json:
        typer.echo(done.model_dump_json())
    else:
        typer.echo(
            f"{done.redriven} reprocessed, {done.still_invalid} still invalid, "
            f"{done.not_counted_yet} waiting for their batch to be counted"
        )
    if done.still_invalid or done.not_counted_yet:
        raise typer.Exit(STILL_INVALID)
