"""`dev rebuild`: rebuild a poll's counters from the vote log, also during voting."""

from datetime import UTC, datetime
from typing import Annotated

import typer
from contracts.recount import RebuildBegun, RebuildPoll
from devkit.terminal import open_console
from laptop.operator_functions import ask
from laptop.results_api import results_api

from cli.commands.recount import certificate_of, print_certificate


def rebuild(
    poll: Annotated[str, typer.Argument(help="A poll's id.")],
    wait: Annotated[float, typer.Option(min=1, help="Seconds to wait for the recount that follows.")] = 600.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print the certificate as JSON.")] = False,
) -> None:
    """Rebuild a poll's counters.

    Reads the vote log, then recounts and compares. Takes about two minutes, longer for many votes; voting and
    counting continue. A second call joins a running rebuild.
    Exit status: 0 no difference, 1 any difference.
    """
    begun = RebuildBegun.model_validate_json(ask("rebuild", RebuildPoll, poll))
    console = open_console(stderr=True)
    seconds = max(0.0, (begun.read_from - datetime.now(UTC)).total_seconds())
    waiting = f"New counters from {begun.cut:%H:%M:%S} UTC; reading the earlier vote log in {seconds:.0f} s"
    with results_api() as api, console.status(waiting) as shown:
        found = certificate_of(api, poll, begun.recount_id, wait, shown)
    print_certificate(found, as_json=as_json)
