"""`dev export`: export a poll's anonymised vote log to a file; a later export extends it."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from devkit.failure import Failure
from laptop.vote_log.export import export_lines
from laptop.vote_log.organisers import running
from laptop.vote_log.reading import read_log


def export(
    poll: Annotated[str, typer.Argument(help="A poll's id.")],
    to: Annotated[
        Path | None,
        typer.Option(help="A new file, or an earlier export of this poll; default: standard output."),
    ] = None,
) -> None:
    """Export a poll's vote log as JSON lines.

    The export is anonymised; docs/verify_vote_log.py verifies the file.
    """
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
            f"{to} is not the beginning of this vote log.", f"It is unchanged; the new export is {new}."
        )
    new.replace(to)
    sealed = "sealed, complete" if counts.sealed else "not sealed, votes may still arrive: export again later"
    typer.echo(f"{to}: {sealed}.", err=True)


def extends(later: Path, earlier: Path) -> bool:
    """Return whether a file begins with the whole content of an earlier one."""
    with later.open("rb") as long, earlier.open("rb") as short:
        while part := short.read(1 << 20):
            if long.read(len(part)) != part:
                return False
    return True
