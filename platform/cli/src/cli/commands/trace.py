"""`dev trace`: follow one vote from its request to the broadcast of its snapshot."""

import json
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

import typer
from devkit.terminal import result_console
from laptop.results_api import running
from laptop.vote_trace.local_stack import find, read_id
from laptop.vote_trace.timeline import Trace, trace_of
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

INCOMPLETE: Final = 1


def trace(
    vote: Annotated[str, typer.Argument(help="A vote's receipt, or a trace id from a log line.")],
    env: Annotated[
        str | None,
        typer.Option(help="Print the commands for this environment on AWS instead, such as prod."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the trace as JSON.")] = False,
) -> None:
    """Follow one vote through every hop.

    Shows times only, neither the choice nor the voter.
    Exit status: 0 every hop is there, 1 one is missing, with the reason and the next command.
    """
    wanted = read_id(vote)
    if env is not None:
        from laptop.vote_trace.aws_commands import commands  # noqa: PLC0415 (the templates take a second)

        typer.echo(commands(wanted, env))
        return
    found = trace_of(find(running(), wanted), datetime.now(UTC))
    if as_json:
        typer.echo(json.dumps(found.as_json(), indent=2))
    else:
        show(found, result_console())
    if not found.complete:
        raise typer.Exit(INCOMPLETE)


def show(found: Trace, console: Console) -> None:
    """Print the hops as a timeline: the local time, the time since the hop before, the hop."""
    console.print(f"Trace {found.trace_id}", style="bold")
    table = Table.grid("", Column(justify="right"), "", "", Column(overflow="fold"), padding=(0, 2))
    before: datetime | None = None
    for hop in found.hops:
        if hop.at is None:
            advice = f"\n→ {escape(hop.next_command)}"
            table.add_row("", "missing", "[red]✗[/]", hop.name, f"[red]{escape(hop.detail)}[/]{advice}")
            continue
        since = "" if before is None else f"+{round((hop.at - before) / timedelta(milliseconds=1)):,} ms"
        local = hop.at.astimezone().strftime("%H:%M:%S.%f")[:-3]
        table.add_row(local, since, "[green]●[/]", hop.name, escape(hop.detail))
        before = hop.at
    console.print(table)
