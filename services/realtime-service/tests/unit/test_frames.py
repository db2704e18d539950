"""What is told to whom: by visibility, by the clock, by what was told before."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from contracts.ids import PollStatus, new_poll_id
from contracts.problem import FieldError
from contracts.realtime import FRAMES, Ping, ResultsFrame, ResultsHiddenFrame, ResultsHiddenFrameV2
from contracts.tally import TallyChanged
from contracts.visibility import Scope
from realtime_service.domain.frames import (
    Outline,
    answers,
    encode,
    frames_of_change,
    not_understood,
    snapshot,
)
from realtime_service.domain.viewer import Viewer

type MakeTally = Callable[..., TallyChanged]

NOW = datetime(2026, 11, 23, 18, 30, tzinfo=UTC)
POLL = new_poll_id()
PUBLIC = Viewer(Scope.PUBLIC)


def types(frames: tuple[object, ...]) -> list[str]:
    return [frame.type for frame in frames]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("visibility", "status", "seen_by"),
    [
        ("always", "open", {Scope.PUBLIC, Scope.VOTER, Scope.ORGANISER}),
        ("after_vote", "open", {Scope.VOTER, Scope.ORGANISER}),
        ("after_vote", "closed", {Scope.PUBLIC, Scope.VOTER, Scope.ORGANISER}),
        ("after_close", "open", {Scope.ORGANISER}),
        ("after_close", "closed", {Scope.PUBLIC, Scope.VOTER, Scope.ORGANISER}),
        ("never", "open", {Scope.ORGANISER}),
        ("never", "closed", {Scope.ORGANISER}),
    ],
)
@pytest.mark.parametrize("scope", Scope)
def test_counts_go_to_those_only_who_may_see_them(
    tally: MakeTally, visibility: str, status: str, seen_by: set[Scope], scope: Scope
) -> None:
    frame = snapshot(tally(POLL, visibility=visibility, status=status), scope, NOW)
    if scope in seen_by:
        assert isinstance(frame, ResultsFrame)
        assert (frame.counts.a, frame.counts.b, frame.total) == (2, 3, 5)
    else:
        assert isinstance(frame, ResultsHiddenFrame)
        assert not {"counts", "total"} & set(frame.model_dump())
        assert frame.result_visibility == visibility


@pytest.mark.parametrize("visibility", ["after_vote", "after_close", "never"])
def test_where_counts_are_hidden_the_turnout_shows_if_the_poll_says_so(
    tally: MakeTally, visibility: str
) -> None:
    frame = snapshot(tally(POLL, visibility=visibility, show_turnout=True), Scope.PUBLIC, NOW)
    assert isinstance(frame, ResultsHiddenFrameV2)
    assert frame.total == 5
    assert not {"counts", "a", "b"} & set(frame.model_dump())


def test_who_sees_counts_is_told_them_whether_or_not_the_turnout_shows(tally: MakeTally) -> None:
    shown = tally(POLL, visibility="after_close", show_turnout=True)
    frame = snapshot(shown, Scope.ORGANISER, NOW)
    assert isinstance(frame, ResultsFrame)
    assert (frame.counts.a, frame.counts.b, frame.total) == (2, 3, 5)


def test_past_its_close_a_poll_is_closed_before_anybody_announced_it(tally: MakeTally) -> None:
    closing = tally(POLL, visibility="after_close", closes_at=NOW)
    before = snapshot(closing, Scope.PUBLIC, NOW - timedelta(milliseconds=1))
    after = snapshot(closing, Scope.PUBLIC, NOW)
    assert (before.type, before.status) == ("results_hidden", PollStatus.OPEN)
    assert (after.type, after.status) == ("results", PollStatus.CLOSED)


@pytest.mark.parametrize(
    ("before", "status", "told"),
    [
        (None, "open", ["poll_opened", "results"]),
        (PollStatus.DRAFT, "open", ["poll_opened", "results"]),
        (PollStatus.OPEN, "open", ["results"]),
        (PollStatus.OPEN, "closed", ["poll_closed", "results"]),
        (PollStatus.CLOSED, "closed", ["results"]),
        (None, "draft", []),
        (PollStatus.DRAFT, "draft", []),
        (PollStatus.OPEN, "draft", ["poll_closed"]),
        (PollStatus.CLOSED, "draft", []),
    ],
)
def test_an_opening_or_closing_is_told_once_and_first_and_a_draft_only_when_it_was_planned(
    tally: MakeTally, before: PollStatus | None, status: str, told: list[str]
) -> None:
    outline = Outline.of(tally(POLL, 8, status=before)) if before else None
    frames = frames_of_change(tally(POLL, 9, status=status), outline, Scope.PUBLIC, NOW)
    assert types(frames) == told
    assert {frame.version for frame in frames} <= {9}  # type: ignore[union-attr]


@pytest.mark.parametrize(("seen", "told"), [(None, True), (0, True), (6, True), (7, False), (8, False)])
def test_a_ping_is_answered_with_what_is_newer_than_seen(
    tally: MakeTally, seen: int | None, told: bool
) -> None:
    frames = answers(Ping(action="ping", version=seen), tally(POLL, 7), PUBLIC, NOW)
    assert types(frames) == (["pong", "results"] if told else ["pong"])


def test_a_ping_is_answered_even_when_nothing_is_known_or_only_a_draft(tally: MakeTally) -> None:
    ping = Ping(action="ping")
    assert types(answers(ping, None, PUBLIC, NOW)) == ["pong"]
    assert types(answers(ping, tally(POLL, status="draft"), PUBLIC, NOW)) == ["pong"]


def test_a_ping_shows_a_voter_the_counts_of_their_own_poll_only(tally: MakeTally) -> None:
    voter, ping = Viewer(Scope.VOTER, POLL), Ping(action="ping")
    assert types(answers(ping, tally(POLL, visibility="after_vote"), voter, NOW)) == ["pong", "results"]
    other = tally(new_poll_id(), visibility="after_vote")
    assert types(answers(ping, other, voter, NOW)) == ["pong", "results_hidden"]


def test_every_frame_goes_out_as_its_contract_says(tally: MakeTally) -> None:
    errors = (FieldError(field="version", message="too small"),)
    sent = [
        *frames_of_change(tally(POLL, closes_at=NOW), None, Scope.PUBLIC, NOW),
        *frames_of_change(tally(POLL, status="closed"), None, Scope.PUBLIC, NOW),
        *answers(Ping(action="ping"), tally(POLL, visibility="never"), PUBLIC, NOW),
        *answers(Ping(action="ping"), tally(POLL, visibility="never", show_turnout=True), PUBLIC, NOW),
        not_understood(),
        not_understood(errors),
    ]
    assert [FRAMES.validate_json(encode(frame)) for frame in sent] == sent
