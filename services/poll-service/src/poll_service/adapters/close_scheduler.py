"""The schedule that wakes `finish_poll` when a poll has closed. It announces; the clock decides."""

from datetime import UTC, datetime
from math import ceil
from typing import TYPE_CHECKING, Final, Self

import boto3
from contracts.ids import PollId
from gateway.aws import CALLS, bounded

from poll_service.adapters.aws import temporary_failures_as_unavailable
from poll_service.config import ClosingSettings
from poll_service.domain.clock import now
from poll_service.domain.errors import Unavailable
from poll_service.domain.scheduled_close import ScheduledClose

if TYPE_CHECKING:
    from mypy_boto3_scheduler import EventBridgeSchedulerClient

ATTEMPTS: Final = 2
AHEAD_SECONDS: Final = 1
"""A schedule is made for a moment that is still to come when its request arrives."""


class CloseScheduler:
    """One-time schedules, in the default group, each deleted once it has fired.

    The name holds the moment, so asking twice makes one schedule, and an attempt that comes to nothing cannot
    overwrite the scheduled-close of the time that stands. A scheduled-close too many finds nothing to do.
    """

    def __init__(self, client: "EventBridgeSchedulerClient", settings: ClosingSettings) -> None:
        self._client = client
        self._settings = settings

    @classmethod
    def of(cls, settings: ClosingSettings) -> Self:
        """Return the schedule of this environment, with a client of its own."""
        return cls(bounded(boto3.client("scheduler", config=CALLS)), settings)

    def close_at(self, poll_id: PollId, due_at: datetime) -> None:
        """Have `finish_poll` woken at the first full second from `due_at` on, and not before now.

        A moment that has passed until the call arrives, after a lost answer say, is refused by EventBridge;
        then a later one serves as well: the clock decides, the schedule only announces. Raises `Unavailable`.
        """
        for _ in range(ATTEMPTS):
            second = max(ceil(due_at.timestamp()), ceil(now().timestamp()) + AHEAD_SECONDS)
            try:
                self._create(poll_id, due_at, second)
            except self._client.exceptions.ValidationException as error:
                refused = error
            else:
                return
        raise Unavailable from refused

    def _create(self, poll_id: PollId, due_at: datetime, second: int) -> None:
        moment = datetime.fromtimestamp(second, UTC)
        try:
            with temporary_failures_as_unavailable():
                self._client.create_schedule(
                    Name=f"close-{self._settings.environment}-{poll_id}-{second}",
                    ScheduleExpression=f"at({moment:%Y-%m-%dT%H:%M:%S})",
                    ScheduleExpressionTimezone="UTC",
                    FlexibleTimeWindow={"Mode": "OFF"},
                    ActionAfterCompletion="DELETE",
                    Target={
                        "Arn": self._settings.finish_poll_arn,
                        "RoleArn": self._settings.scheduler_role_arn,
                        "Input": ScheduledClose(poll_id=poll_id, due_at=due_at).model_dump_json(),
                        "DeadLetterConfig": {"Arn": self._settings.scheduled_close_dead_letter_arn},
                    },
                )
        except self._client.exceptions.ConflictException:
            return
