"""Views of a poll at a given moment."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from contracts import polls
from contracts.enums import PollStatus, ResultVisibility, VoterPolicy
from contracts.ids import new_poll_id
from contracts.model import format_instant
from contracts.poll_snapshot import PollSettings
from poll_service.domain.clock import COUNTDOWN
from poll_service.domain.errors import PollNotFound
from poll_service.domain.poll import Poll, active_at

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
DRAFT = Poll(
    poll_id=new_poll_id(),
    question="Tea or coffee?",
    option_a="Tea",
    option_b="Coffee",
    policy=VoterPolicy.DEVICE,
    result_visibility=ResultVisibility.ALWAYS,
    created_at=NOW - timedelta(days=1),
    created_by="organiser",
    changed_at=NOW - timedelta(days=1),
    changed_by="organiser",
    closes_at=None,
)
OPEN = replace(DRAFT, status=PollStatus.OPEN, opens_at=NOW, revision=2)

MANAGED = {**dict(PollSettings()), "embed_origins": (), "rerun_of": None}


def test_an_open_poll_is_closed_from_its_end_on_announced_or_not() -> None:
    ending = replace(OPEN, closes_at=NOW)

    assert ending.status_at(NOW - MILLISECOND) is PollStatus.OPEN
    assert ending.status_at(NOW) is PollStatus.CLOSED


def test_an_open_poll_without_an_end_stays_open() -> None:
    assert OPEN.status_at(NOW + timedelta(days=365)) is PollStatus.OPEN


def test_a_draft_stays_a_draft_even_past_its_end() -> None:
    assert replace(DRAFT, closes_at=NOW).status_at(NOW + MILLISECOND) is PollStatus.DRAFT


def test_draft_is_not_found_for_the_public() -> None:
    with pytest.raises(PollNotFound):
        DRAFT.require_public(NOW)
    assert OPEN.require_public(NOW) == OPEN.to_public(NOW)


def test_an_archived_poll_is_closed_to_voters_and_archived_to_organisers() -> None:
    archived = replace(OPEN, status=PollStatus.CLOSED, closes_at=NOW, archived_at=NOW)

    assert archived.require_public(NOW) == replace(archived, archived_at=None).require_public(NOW)
    assert archived.to_admin(NOW).model_dump() == archived.to_public(NOW).model_dump() | MANAGED | {
        "archived_at": format_instant(NOW)
    }


def test_summary_contains_the_public_view_and_creation_time() -> None:
    listed = OPEN.to_summary(NOW)

    assert isinstance(listed, polls.PollSummary)
    assert listed.model_dump() == OPEN.to_public(NOW).model_dump() | MANAGED | {
        "archived_at": None,
        "created_at": format_instant(NOW - timedelta(days=1)),
    }


@pytest.mark.parametrize(
    ("opens_in", "status"),
    [(timedelta(days=1), "scheduled"), (COUNTDOWN + MILLISECOND, "scheduled"), (COUNTDOWN, "open")],
)
def test_poll_that_opens_later_is_scheduled_to_organisers_and_open_to_voters(
    opens_in: timedelta, status: str
) -> None:
    opening = replace(OPEN, opens_at=NOW + opens_in)

    assert opening.to_admin(NOW).status == status
    assert opening.require_public(NOW).status == "open"


def test_a_poll_about_to_open_is_already_the_active_one() -> None:
    opening = replace(OPEN, opens_at=NOW + timedelta(seconds=3))

    assert active_at(opening, NOW) == opening.to_public(NOW)


@pytest.mark.parametrize(
    "shown",
    [None, replace(OPEN, closes_at=NOW), replace(OPEN, closes_at=NOW, status=PollStatus.CLOSED)],
    ids=["none yet", "past its end", "finished"],
)
def test_no_poll_is_active_before_the_first_opens_or_after_it_closes(shown: Poll | None) -> None:
    assert active_at(shown, NOW) is None
