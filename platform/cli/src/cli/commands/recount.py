"""`dev recount`: recount the vote log and compare it with the counters."""

import time
from typing import Annotated, Final

import httpx
import typer
from contracts.recount import Certificate, Recount, RecountProgress
from devkit.failure import Failure
from devkit.terminal import open_console, result_console
from laptop.results_api import body_of, results_api
from rich.console import Console
from rich.status import Status
from rich.table import Table

DIFFERENT: Final = 1
PAUSE_SECONDS: Final = 0.5


def recount(
    poll: Annotated[str, typer.Argument(help="A poll's id.")],
    wait: Annotated[float, typer.Option(min=1, help="Seconds to wait for the result.")] = 300.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print the certificate as JSON.")] = False,
) -> None:
    """Recount a poll's votes.

    Compares the vote log with the counters. For an open poll the result is provisional.
    Exit status: 0 no difference, 1 any difference.
    """
    found = _ordered(poll, wait, open_console(stderr=True))
    print_certificate(found, as_json=as_json)


def print_certificate(found: Certificate, *, as_json: bool) -> None:
    """Print a recount's certificate, as a table or as JSON. Raises `typer.Exit` on any difference."""
    if as_json:
        typer.echo(found.model_dump_json(indent=2))
    else:
        show(found, result_console())
    if found.difference:
        raise typer.Exit(DIFFERENT)


def _ordered(poll: str, wait: float, console: Console) -> Certificate:
    with results_api() as api, console.status("Counting the vote log") as shown:
        ordered = Recount.model_validate_json(body_of(api.post(f"/{poll}/recount"))).running
        if ordered is None:
            raise Failure("The recount was not started.", "See ./dev logs request-recount")
        return certificate_of(api, poll, ordered.recount_id, wait, shown)


def certificate_of(api: httpx.Client, poll: str, recount_id: str, wait: float, shown: Status) -> Certificate:
    """Wait for a recount and return its certificate, or a later recount's; show the progress.

    Raises `Failure` after `wait` seconds.
    """
    deadline = time.monotonic() + wait
    while time.monotonic() < deadline:
        state = Recount.model_validate_json(body_of(api.get(f"/{poll}/certificate")))
        # Ids sort by time: a newer certificate is also accepted.
        if state.certificate is not None and state.certificate.recount_id >= recount_id:
            return state.certificate
        if state.running is not None:
            shown.update(progress_line(state.running))
        time.sleep(PAUSE_SECONDS)
    raise Failure(
        f"The recount {recount_id} is not finished after {wait:.0f} s.",
        "It continues in the background: repeat the command to wait again, or see ./dev logs recount",
    )


def progress_line(run: RecountProgress) -> str:
    """Return the progress of a recount, in one line."""
    return f"Counting the vote log: {run.votes_read:,} votes, {run.buckets_done} of {run.buckets} parts"


def show(found: Certificate, console: Console) -> None:
    """Print the vote log, counters and shown results side by side, and the conclusion."""
    table = Table("", "vote log", "counters", "shown", box=None, padding=(0, 2))
    for column in table.columns[1:]:
        column.justify = "right"
    for name in ("a", "b", "invalid"):
        values = (getattr(side, name) for side in (found.log, found.counters, found.shown))
        table.add_row(name, *(f"{value:,}" for value in values))
    console.print(table)
    mark = "[green]✓[/]" if found.certified else "[red]✗[/]" if found.difference else "[yellow]•[/]"
    console.print(f"\n{mark} [bold]{found.state}[/], difference {found.difference:,}. {found.reason}")
    seconds = (found.finished_at - found.started_at).total_seconds()
    console.print(f"Recount {found.recount_id}, {seconds:.1f} s.", style="dim")
