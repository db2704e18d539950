"""`dev logs`: what the functions wrote, from the emulator's CloudWatch Logs."""

import time
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console

from devstack.aws import client
from devstack.failure import Failure
from devstack.instance import ENVIRONMENT, Instance, running_instance

PREFIX = f"/aws/lambda/tot-{ENVIRONMENT}-"
# The runtime's own lines around each invocation.
PLATFORM_LINES = ("START RequestId", "END RequestId", "REPORT RequestId", "INIT_START")
LOOKBACK_SECONDS = 3600


def logs(
    function: Annotated[str, typer.Argument(help="Such as vote-wrapper; all functions if not given.")] = "",
    follow: Annotated[bool, typer.Option("-f", "--follow", help="Go on until Ctrl-C.")] = False,
    lines: Annotated[int, typer.Option("-n", "--lines", min=1, help="How many of the newest to show.")] = 100,
) -> None:
    """Show what the functions logged in the last hour."""
    instance = running_instance()
    if instance is None:
        raise Failure("Not running.", "Start it: ./dev up")
    groups = _groups(instance, function.replace("_", "-").removeprefix(f"tot-{ENVIRONMENT}-"))
    console = Console(highlight=False, soft_wrap=True)
    since = int((time.time() - LOOKBACK_SECONDS) * 1000)
    seen = _lines(instance, groups, since)
    _print(seen[-lines:], console)
    try:
        while follow:
            time.sleep(1)
            since = max([since, *(line.timestamp for line in seen)])
            found = _lines(instance, groups, since)
            _print([line for line in found if line not in seen], console)
            seen = found
    except KeyboardInterrupt:
        return


@dataclass(frozen=True)
class _Line:
    timestamp: int
    group: str
    message: str


def _groups(instance: Instance, function: str) -> list[str]:
    pages = client(instance, "logs").get_paginator("describe_log_groups").paginate(logGroupNamePrefix=PREFIX)
    names = [group["logGroupName"] for page in pages for group in page["logGroups"]]
    chosen = [name for name in names if not function or name == PREFIX + function]
    if not chosen:
        known = ", ".join(sorted(name.removeprefix(PREFIX) for name in names)) or "none yet"
        raise Failure(f"No function {function} has a log group.", f"There are: {known}.")
    return chosen


def _lines(instance: Instance, groups: list[str], since: int) -> list[_Line]:
    found = []
    for group in groups:
        paginator = client(instance, "logs").get_paginator("filter_log_events")
        for page in paginator.paginate(logGroupName=group, startTime=since):
            found += [_Line(event["timestamp"], group, event["message"].rstrip()) for event in page["events"]]
    return sorted(found, key=lambda line: line.timestamp)


def _print(lines: list[_Line], console: Console) -> None:
    for line in lines:
        if not line.message.startswith(PLATFORM_LINES):
            moment = datetime.fromtimestamp(line.timestamp / 1000).astimezone().strftime("%H:%M:%S.%f")[:-3]
            console.print(f"{moment} {line.group.removeprefix(PREFIX)}", style="dim", end=" ")
            console.print(line.message, markup=False)
