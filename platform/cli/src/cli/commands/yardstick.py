"""`dev yardstick`: black-box checks of exact counting against any poll on this machine."""

import asyncio
import json
import secrets
from dataclasses import asdict
from typing import Annotated

import httpx
import typer
from devkit.failure import Failure
from devkit.progress import Progress
from devkit.terminal import open_console, result_console
from laptop.baseline import deploy_baseline
from laptop.instance import running_instance
from loadtest.crowd.site import NotLoopback, SiteNotReady
from loadtest.yardstick.adapter import load_adapter
from loadtest.yardstick.adapters.literal import POLL
from loadtest.yardstick.checks import Result
from loadtest.yardstick.run import run_yardstick
from rich.table import Table

DIFFERENT = 1
NOT_READY = 2


def yardstick(  # noqa: PLR0917 (typer passes options by name)
    url: Annotated[
        str | None,
        typer.Argument(help="Address of the poll's API on this machine; default: the running stack."),
    ] = None,
    adapter: Annotated[
        str, typer.Option(help="Python file with the adapter's functions, or `ours`, or `literal`.")
    ] = "ours",
    voters: Annotated[int, typer.Option(min=1, help="Number of new voters of each check.")] = 20,
    at_once: Annotated[int, typer.Option(min=1, help="Maximum number of concurrent voters.")] = 8,
    close: Annotated[bool, typer.Option("--close", help="Close the poll in a last check.")] = False,
    seed: Annotated[int | None, typer.Option(help="Seed of an earlier run, to repeat its choices.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the results as JSON.")] = False,
) -> None:
    """Check any poll for exact counting.

    Lets voters tap twice, repeat, lose answers and compete, and compares the confirmed votes with the
    published counts. With --adapter literal and no URL, it first deploys the literal design to the stack.
    Exit status: 0 exact, 1 any difference, 2 no poll to vote on.
    """
    functions = load_adapter(adapter)
    drawn = secrets.randbelow(1_000_000) if seed is None else seed
    console = open_console(stderr=True)

    def show(result: Result) -> None:
        console.print(f"[{'green]✓' if result.exact else 'red]✗'}[/] {result.name}", highlight=False)

    if close and functions.close is None:
        raise Failure(f"{adapter} has no function close.", "Leave out --close, or add it.", NOT_READY)
    target = url or _running_stack(adapter)
    try:
        results = asyncio.run(
            run_yardstick(target, functions, voters, at_once=at_once, seed=drawn, show=show, close=close)
        )
    except (NotLoopback, SiteNotReady) as error:
        raise Failure(str(error), exit_status=NOT_READY) from error
    except (httpx.HTTPError, KeyError, ValueError, RuntimeError) as error:
        advice = f"{type(error).__name__}: {error}"
        raise Failure(f"{target} does not answer as the adapter expects.", advice, NOT_READY) from error
    if as_json:
        checks = [asdict(result) | {"exact": result.exact} for result in results]
        typer.echo(json.dumps({"url": target, "seed": drawn, "checks": checks}))
    else:
        table = Table(title=f"{target}, {voters} voters a check, --seed {drawn}")
        for heading in ("", "confirmed A, B", "counted A, B", "both confirmed", "not confirmed", ""):
            table.add_column(heading, justify="right" if table.columns else "left")
        for one in results:
            confirmed, counted = (f"{votes['a']}, {votes['b']}" for votes in (one.confirmed, one.counted))
            verdict = "exact" if one.exact else "[red]wrong[/]"
            more = str(one.contradictions), str(one.unconfirmed)
            table.add_row(one.name, confirmed, counted, *more, verdict)
        result_console().print(table)
    if not all(result.exact for result in results):
        raise typer.Exit(DIFFERENT)


def _running_stack(adapter: str) -> str:
    instance = running_instance()
    if instance is None:
        raise Failure("Not running.", "Start the stack: ./dev up, or give a URL.", NOT_READY)
    if adapter != "literal":
        return instance.site
    with Progress(open_console(stderr=True)) as progress:
        return deploy_baseline(instance, POLL, progress)
