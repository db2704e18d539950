"""`dev logs`: what the functions wrote, from the emulator's CloudWatch Logs."""

import time
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any

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
    shown: set[str] = set()
    events = list(_events(instance, groups, since))
    _print(events[-lines:], console)
    shown.update(event["eventId"] for _, event in events)
    try:
        while follow:
            time.sleep(1)
            since = max([since, *(event["timestamp"] for _, event in events)])
            events = [
                (group, event)
                for group, event in _events(instance, groups, since)
                if event["eventId"] not in shown
            ]
            _print(events, console)
            shown.update(event["eventId"] for _, event in events)
    except KeyboardInterrupt:
        return


def _groups(instance: Instance, function: str) -> list[str]:
    pages = client(instance, "logs").get_paginator("describe_log_groups").paginate(logGroupNamePrefix=PREFIX)
    names = [group["logGroupName"] for page in pages for group in page["logGroups"]]
    chosen = [name for name in names if not function or name == PREFIX + function]
    if not chosen:
        known = ", ".join(sorted(name.removeprefix(PREFIX) for name in names)) or "none yet"
        raise Failure(f"No function {function} has a log group.", f"There are: {known}.")
    return chosen


def _events(instance: Instance, groups: list[str], since: int) -> Iterator[tuple[str, dict[str, Any]]]:
    found: list[tuple[str, dict[str, Any]]] = []
    for group in groups:
        pages = (
            client(instance, "logs")
            .get_paginator("filter_log_events")
            .paginate(logGroupName=group, startTime=since)
        )
        found += [(group, event) for page in pages for event in page["events"]]
    yield from sorted(found, key=lambda one: one[1]["timestamp"])


def _print(events: list[tuple[str, dict[str, Any]]], console: Console) -> None:
    for group, event in events:
        if not event["message"].startswith(PLATFORM_LINES):
            moment = (
                datetime.fromtimestamp(event["timestamp"] / 1000).astimezone().strftime("%H:%M:%S.%f")[:-3]
            )
            console.print(f"{moment} {group.removeprefix(PREFIX)}", style="dim", end=" ")
            console.print(event["message"].rstrip(), markup=False)
