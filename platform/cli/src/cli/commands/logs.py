"""`dev logs`: the functions' logs, from the emulator's CloudWatch Logs."""

import time
from typing import Annotated

import typer
from devkit.failure import Failure
from devkit.terminal import open_console
from laptop import function_logs
from laptop.function_logs import LOOKBACK_SECONDS, PREFIX, LogLine
from laptop.instance import ENVIRONMENT, Instance, running_instance
from rich.console import Console


def logs(
    function: Annotated[str, typer.Argument(help="A function, such as vote-wrapper; default: all.")] = "",
    follow: Annotated[bool, typer.Option("-f", "--follow", help="Follow the logs until Ctrl-C.")] = False,
    lines: Annotated[int, typer.Option("-n", "--lines", min=1, help="Number of lines to show.")] = 100,
) -> None:
    """Show the functions' logs of the last hour."""
    instance = running_instance()
    if instance is None:
        raise Failure("Not running.", "Start it: ./dev up")
    groups = _groups(instance, function.replace("_", "-").removeprefix(f"tot-{ENVIRONMENT}-"))
    console = open_console(soft_wrap=True)
    since = int((time.time() - LOOKBACK_SECONDS) * 1000)
    seen = function_logs.lines(instance, groups, since)
    _print(seen[-lines:], console)
    try:
        while follow:
            time.sleep(1)
            since = max([since, *(line.timestamp for line in seen)])
            found = function_logs.lines(instance, groups, since)
            _print([line for line in found if line not in seen], console)
            seen = found
    except KeyboardInterrupt:
        return


def _groups(instance: Instance, function: str) -> list[str]:
    names = function_logs.groups(instance)
    chosen = [name for name in names if not function or name == PREFIX + function]
    if not chosen:
        known = ", ".join(sorted(name.removeprefix(PREFIX) for name in names)) or "none yet"
        raise Failure(f"No function {function} has a log group.", f"Functions with logs: {known}.")
    return chosen


def _print(lines: list[LogLine], console: Console) -> None:
    for line in lines:
        if not line.of_the_platform:
            console.print(f"{line.moment} {line.function}", style="dim", end=" ")
            console.print(line.message, markup=False)
