"""Scheduled closes: EventBridge invokes `finish_poll` when a poll has closed.

The scheduled close announces; the clock decides.
"""

from datetime import UTC, datetime
from math import ceil
from typing import TYPE_CHECKING, Final, Self

import boto3
from chassis.aws import AWS_CONFIG, bounded
from contracts.ids import PollId

from poll_service.adapters.aws import temporary_failures_as_unavailable
from poll_service.config import ClosingSettings
from poll_service.domain.clock import now
from poll_service.domain.errors import Unavailable
from poll_service.domain.scheduled_close import ScheduledClose

if TYPE_CHECKING:
    from mypy_boto3_scheduler import EventBridgeSchedulerClient

ATTEMPTS: Final = 2
AHEAD_SECONDS: Final = 1
"""A schedule is created for a moment that is still in the future when the request arrives."""


class CloseScheduler:
    """One-time schedules, in the default group, each deleted once it has fired.

    The name contains the moment, so a repeated request creates one schedule, and a failed attempt cannot
    overwrite the scheduled close of the current closing time. A superfluous scheduled close changes nothing.
    """

    def __init__(self, client: "EventBridgeSchedulerClient", settings: ClosingSettings) -> None:
        self._client = client
        self._settings = settings

    @classmethod
    def of(cls, settings: ClosingSettings) -> Self:
        """Return the scheduler of this environment, with a client of its own."""
        return cls(bounded(boto3.client("scheduler", config=AWS_CONFIG)), settings)

    def close_at(self, poll_id: PollId, due_at: datetime) -> None:
        """Schedule `finish_poll` for the first full second from `due_at` on, and not before now.

        EventBridge rejects a moment that has passed when the call arrives, for example after a lost response.
        Then a later moment serves as well: the clock decides, the scheduled close only announces. Raises
        `Unavailable`.
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
