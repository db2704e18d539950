"""The settings of a poll, and the snapshot of a poll that its events and its tally share.

A setting is one field with a default in one of the two classes of settings, independent of all others.
Requests, responses, events, tallies and messages inherit it.
"""

from typing import Annotated, Literal

from pydantic import AfterValidator, PositiveInt, StrictBool

from contracts.enums import PageLanguage, PollStatus, ResultVisibility
from contracts.ids import PollId
from contracts.model import Contract, Instant

OnOrAbsent = Annotated[StrictBool | None, AfterValidator(lambda on: on or None)]
"""A boolean setting that is absent where it is off, so that the previous release reads polls without it."""


class DisplaySettings(Contract):
    """Settings of the pages. Voters rely on none of them, so they may change at any time.

    `presenter_language`: the presenter's language while it shows the poll; absent: the presenter's own.
    """

    show_turnout: StrictBool = False
    presenter_language: PageLanguage | None = None


class PollSettings(DisplaySettings):
    """All settings of a poll. Those that only this class has are fixed once the poll has opened.

    `shuffle_options`: the order of the options is dealt to each voter; otherwise option A is first for all.
    """

    proof_of_work: StrictBool = False
    shuffle_options: OnOrAbsent = None


class LiveState(DisplaySettings):
    """The state of a poll in a message about its results. The greater `version` is newer."""

    poll_id: PollId
    status: PollStatus
    version: PositiveInt
    opens_at: Instant | None = None
    closes_at: Instant | None = None


class PollSnapshot(DisplaySettings):
    """The public state of a poll that readers of its results need."""

    poll_id: PollId
    status: PollStatus
    result_visibility: ResultVisibility
    opens_at: Instant | None = None
    closes_at: Instant | None = None

    def live_state(self, status: PollStatus, version: int) -> LiveState:
        """Return the state for a message about results; `status` is that of the moment."""
        return LiveState(
            **dict(self.project(DisplaySettings)),
            poll_id=self.poll_id,
            status=status,
            version=version,
            opens_at=self.opens_at,
            closes_at=self.closes_at,
        )


class SnapshotEvent(PollSnapshot):
    """An event that carries the snapshot. All such events have one version."""

    version: Literal[1] = 1
