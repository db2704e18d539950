"""`dev export`: a poll's log of votes as a file that names nobody; a later one extends it."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from devstack.failure import Failure
from devstack.vote_log.export import export_lines
from devstack.vote_log.organisers import running
from devstack.vote_log.reading import read_log


def export(
    poll: Annotated[str, typer.Argument(help="A poll's id.")],
    to: Annotated[
        Path | None, typer.Option(help="A file: new, or an earlier export of this poll. Else it is printed.")
    ] = None,
) -> None:
    """Write the log of votes, anonymised, as JSON lines. docs/verify_vote_log.py checks such a file."""
    read_from = datetime.now(UTC)
    counts = read_log(running(), poll)
    lines = export_lines(poll, counts, read_from)
    if to is None:
        for line in lines:
            typer.echo(line)
        return
    new = to.with_name(f"{to.name}.new")
    with new.open("w") as file:
        file.writelines(f"{line}\n" for line in lines)
    if to.exists() and not extends(new, to):
        raise Failure(
            f"{to} is not the beginning of this log.", f"It stays as it is; the new export is {new}."
        )
    new.replace(to)
    sealed = "sealed: this is all of it" if counts.sealed else "votes may still come: export again later"
    typer.echo(f"{to}: {sealed}.", err=True)


def extends(later: Path, earlier: Path) -> bool:
    """Tell whether a file begins with all of an earlier one."""
    with later.open("rb") as long, earlier.open("rb") as short:
        while part := short.read(1 << 20):
            if long.read(len(part)) != part:
                return False
    return True
