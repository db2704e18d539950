"""`dev crowd`: a load test; the results are compared with the answers that its voters received."""

import asyncio
import json
import secrets
from contextlib import suppress
from typing import Annotated

import typer
from devkit.terminal import open_console, result_console
from devkit.time_limits import slowness
from laptop import rate_limit
from laptop.instance import running_instance
from loadtest.crowd.report import outcome_json, print_outcome, show_progress
from loadtest.crowd.run import GIVE_UP_SECONDS, CrowdPlan, Outcome, Progress, run_crowd
from loadtest.crowd.site import NotLoopback, SiteNotReady, loopback_origin
from pydantic import ValidationError
from rich.console import Console
from rich.markup import escape

DIFFERENT = 1
NOT_READY = 2


def crowd(  # noqa: PLR0917 (typer passes options by name)
    voters: Annotated[int, typer.Option(min=1, help="Number of voters.")] = 100,
    rate: Annotated[float, typer.Option(min=0.01, help="Voters who arrive per second.")] = 20.0,
    double_taps: Annotated[float, typer.Option(min=0, max=1, help="Share of voters who tap twice.")] = 0.1,
    poll: Annotated[str | None, typer.Option(help="Poll id; default: the active poll.")] = None,
    site: Annotated[
        str | None, typer.Option(help="A site on this machine; default: the running stack.")
    ] = None,
    at_once: Annotated[int, typer.Option(min=1, help="Maximum number of concurrent voters.")] = 32,
    viewers: Annotated[int, typer.Option(min=0, help="Number of open pages that follow the results.")] = 2,
    patience: Annotated[float, typer.Option(min=0, help="Seconds to retry an unconfirmed vote.")] = 90.0,
    seed: Annotated[int | None, typer.Option(help="Seed of an earlier run, to repeat its choices.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Run a load test.

    Virtual voters vote through the public API; their answers are compared with the results.
    Exit status: 0 exact, 1 any difference, 2 no poll to vote on.
    """
    progress = Progress()
    try:
        plan = CrowdPlan(
            origin=loopback_origin(site or _running_site(voters)),
            poll_id=poll,
            voters=voters,
            rate=rate,
            double_taps=double_taps,
            seed=secrets.randbelow(1_000_000) if seed is None else seed,
            at_once=at_once,
            listeners=viewers,
            patience=patience,
            give_up=GIVE_UP_SECONDS * slowness(),
        )
        outcome = asyncio.run(_run_shown(plan, progress, open_console(stderr=True)))
    except (NotLoopback, SiteNotReady) as error:
        _report(str(error))
        raise typer.Exit(NOT_READY) from error
    except ValidationError as error:
        open_console(stderr=True).print(
            f"[red]✗[/] the site's answer does not match the contract: {error}", highlight=False
        )
        raise typer.Exit(NOT_READY) from error
    if as_json:
        typer.echo(json.dumps(outcome_json(plan, outcome)))
    else:
        print_outcome(plan, outcome, result_console())
    if not outcome.exact:
        raise typer.Exit(DIFFERENT)


def _report(trouble: str) -> None:
    open_console(stderr=True).print(f"[red]✗[/] {escape(trouble)}")


def _running_site(voters: int) -> str:
    instance = running_instance()
    if instance is None:
        raise SiteNotReady("the stack is not running: start it with ./dev up, or give a --site")
    rate_limit.require(instance, voters)
    return instance.site


async def _run_shown(plan: CrowdPlan, progress: Progress, console: Console) -> Outcome:
    display = asyncio.create_task(show_progress(plan, progress, console))
    try:
        return await run_crowd(plan, progress)
    finally:
        display.cancel()
        with suppress(asyncio.CancelledError):
            await display
