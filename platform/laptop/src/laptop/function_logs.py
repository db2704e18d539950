"""Reads the functions' logs from the emulator's CloudWatch Logs."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from laptop.aws import client
from laptop.instance import ENVIRONMENT, Instance

PREFIX: Final = f"/aws/lambda/tot-{ENVIRONMENT}-"
LOOKBACK_SECONDS: Final = 3600
# The runtime's own lines around each invocation.
_PLATFORM_LINES: Final = ("START RequestId", "END RequestId", "REPORT RequestId", "INIT_START")


@dataclass(frozen=True)
class LogLine:
    """One line of one function's log; `timestamp` is in milliseconds."""

    timestamp: int
    group: str
    message: str

    @property
    def function(self) -> str:
        """The function's name without the common prefix."""
        return self.group.removeprefix(PREFIX)

    @property
    def moment(self) -> str:
        """The local time, to the millisecond."""
        moment = datetime.fromtimestamp(self.timestamp / 1000).astimezone()
        return moment.strftime("%H:%M:%S.%f")[:-3]

    @property
    def of_the_platform(self) -> bool:
        """Whether the Lambda runtime wrote the line, not the function."""
        return self.message.startswith(_PLATFORM_LINES)


def groups(instance: Instance) -> list[str]:
    """Return the log groups of all functions."""
    pages = client(instance, "logs").get_paginator("describe_log_groups").paginate(logGroupNamePrefix=PREFIX)
    return [group["logGroupName"] for page in pages for group in page["logGroups"]]


def lines(instance: Instance, among: Iterable[str], since: int | None = None) -> list[LogLine]:
    """Return the lines of these log groups since a time in milliseconds (default: one hour ago), in order."""
    since = int((time.time() - LOOKBACK_SECONDS) * 1000) if since is None else since
    found = []
    for group in among:
        paginator = client(instance, "logs").get_paginator("filter_log_events")
        for page in paginator.paginate(logGroupName=group, startTime=since):
            found += [
                LogLine(event["timestamp"], group, event["message"].rstrip()) for event in page["events"]
            ]
    return sorted(found, key=lambda line: line.timestamp)


def tail(instance: Instance, function: str, count: int = 15) -> str:
    """Return the last lines of one function's log, or a note that there are none."""
    group = PREFIX + function
    said = lines(instance, [group]) if group in groups(instance) else []
    shown = [f"{line.moment} {line.message}" for line in said if not line.of_the_platform]
    return "\n".join(shown[-count:]) or "no log lines"
