from datetime import UTC, datetime, timedelta

import pytest
from contracts.enums import PollStatus, ResultVisibility
from contracts.poll_snapshot import DisplaySettings
from results_service.domain.poll import Poll
from results_service.domain.tally import Tally
from results_service.domain.totals import Totals, totals_after
from testkit.poll_settings import ALL_SET

NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
NOW_MS = int(NOW.timestamp() * 1000)
POLL = "0" * 26


def state(revision: int, status: PollStatus = PollStatus.OPEN, closes_at: datetime | None = None) -> Poll:
    return Poll(
        poll_id=POLL, status=status, result_visibility=ResultVisibility.ALWAYS, opens_at=NOW,
        closes_at=closes_at, revision=revision,
    )  # fmt: skip


def totals(version: int = 1, poll: Poll | None = None) -> Totals:
    return Totals(POLL, Tally(1, 2, 3), poll, version, NOW)


def test_the_version_follows_the_clock_in_milliseconds() -> None:
    assert totals_after(None, POLL, Tally(), None, NOW).version == NOW_MS


@pytest.mark.covers("R5")
def test_the_version_grows_when_the_clock_stands_still_or_goes_back() -> None:
    assert totals_after(totals(NOW_MS), POLL, Tally(), None, NOW).version == NOW_MS + 1
    assert totals_after(totals(NOW_MS + 500), POLL, Tally(), None, NOW).version == NOW_MS + 501


def test_only_a_greater_revision_changes_the_copy_of_the_poll() -> None:
    older, same, newer = state(1), state(2, PollStatus.CLOSED), state(3)
    assert totals_after(totals(poll=state(2)), POLL, Tally(), older, NOW).poll == state(2)
    assert totals_after(totals(poll=state(2)), POLL, Tally(), same, NOW).poll == state(2)
    assert totals_after(totals(poll=state(2)), POLL, Tally(), newer, NOW).poll == newer


def test_counting_keeps_the_copy_of_the_poll() -> None:
    assert totals_after(totals(poll=state(2)), POLL, Tally(5), None, NOW).poll == state(2)


def test_totals_of_an_unknown_poll_or_a_draft_have_no_event() -> None:
    assert totals(poll=None).event() is None
    assert totals(poll=state(1, PollStatus.DRAFT)).event() is None


def test_poll_that_becomes_a_draft_publishes_one_event_without_counts() -> None:
    opened, draft = totals(poll=state(1)), state(2, PollStatus.DRAFT)
    event = totals_after(opened, POLL, Tally(1, 2, 3), draft, NOW).event()
    assert event is not None
    assert (event.status, event.a, event.b, event.invalid) == (PollStatus.DRAFT, 0, 0, 0)
    still = totals_after(totals_after(opened, POLL, Tally(), draft, NOW), POLL, Tally(9), None, NOW)
    assert (still.tally.a, still.event().a) == (9, 0)  # type: ignore[union-attr]


def test_totals_of_an_open_poll_publish_a_complete_event() -> None:
    event = totals(version=9, poll=state(1, closes_at=NOW)).event()
    assert event is not None
    assert (event.a, event.b, event.invalid, event.tally_version) == (1, 2, 3, 9)
    assert (event.status, event.closes_at) == (PollStatus.OPEN, NOW)


@pytest.mark.parametrize("name", DisplaySettings.model_fields)
def test_event_carries_each_display_setting_of_the_poll(name: str) -> None:
    setting = {name: ALL_SET[name]}
    plain = totals(version=9, poll=state(1)).event()
    event = totals(version=9, poll=state(1).model_copy(update=setting)).event()
    assert plain is not None
    assert event == plain.model_copy(update=setting)
    assert not getattr(plain, name)


def test_an_open_poll_is_closed_from_its_time_of_closing_on() -> None:
    poll = state(1, closes_at=NOW)
    assert poll.status_at(NOW - timedelta(milliseconds=1)) is PollStatus.OPEN
    assert poll.status_at(NOW) is PollStatus.CLOSED


def test_a_draft_with_a_past_time_of_closing_stays_a_draft() -> None:
    assert state(1, PollStatus.DRAFT, closes_at=NOW).status_at(NOW) is PollStatus.DRAFT
