"""Messages per scope: by visibility, clock, and the outline that was broadcast last."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from contracts.enums import PageLanguage, PollStatus, ResultVisibility
from contracts.ids import new_poll_id
from contracts.poll_snapshot import DisplaySettings
from contracts.problem import FieldError
from contracts.realtime import MESSAGES, Ping, ResultsHiddenMessage, ResultsMessage
from contracts.tally import TallyChanged
from contracts.visibility import Scope
from hypothesis import assume, given
from hypothesis import strategies as st
from realtime_service.domain.messages import (
    Known,
    Outline,
    answers,
    encode,
    messages_of_change,
    not_understood,
    snapshot,
)
from realtime_service.domain.subscriber import Subscriber

type MakeTally = Callable[..., TallyChanged]

NOW = datetime(2026, 11, 23, 18, 30, tzinfo=UTC)
POLL = new_poll_id()
PUBLIC = Subscriber(Scope.PUBLIC)


def known(tally: TallyChanged, outline_version: int = 1) -> Known:
    return Known(tally, outline_version)


def types(messages: tuple[object, ...]) -> list[str]:
    return [message.type for message in messages]  # type: ignore[attr-defined]


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
def test_counts_are_sent_only_to_permitted_scopes(
    tally: MakeTally, visibility: str, status: str, seen_by: set[Scope], scope: Scope
) -> None:
    message = snapshot(known(tally(POLL, visibility=visibility, status=status)), scope, NOW)
    if scope in seen_by:
        assert isinstance(message, ResultsMessage)
        assert (message.counts.a, message.counts.b, message.total) == (2, 3, 5)
    else:
        assert isinstance(message, ResultsHiddenMessage)
        assert message.total is None
        assert "counts" not in message.model_dump()
        assert message.result_visibility == visibility


@pytest.mark.parametrize("visibility", ["after_vote", "after_close", "never"])
def test_hidden_counts_come_with_turnout_if_the_poll_shows_it(tally: MakeTally, visibility: str) -> None:
    message = snapshot(known(tally(POLL, visibility=visibility, show_turnout=True)), Scope.PUBLIC, NOW)
    assert isinstance(message, ResultsHiddenMessage)
    assert message.total == 5
    assert not {"counts", "a", "b"} & set(message.model_dump())


def test_visible_counts_do_not_depend_on_show_turnout(tally: MakeTally) -> None:
    shown = tally(POLL, visibility="after_close", show_turnout=True)
    message = snapshot(known(shown), Scope.ORGANISER, NOW)
    assert isinstance(message, ResultsMessage)
    assert (message.counts.a, message.counts.b, message.total) == (2, 3, 5)


def test_poll_past_its_close_is_closed_before_its_event(tally: MakeTally) -> None:
    closing = tally(POLL, visibility="after_close", closes_at=NOW)
    before = snapshot(known(closing), Scope.PUBLIC, NOW - timedelta(milliseconds=1))
    after = snapshot(known(closing), Scope.PUBLIC, NOW)
    assert (before.type, before.status) == ("results_hidden", PollStatus.OPEN)
    assert (after.type, after.status) == ("results", PollStatus.CLOSED)


@pytest.mark.parametrize(
    ("before", "status", "expected"),
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
def test_transition_message_comes_once_and_first_and_for_a_draft_only_if_scheduled(
    tally: MakeTally, before: PollStatus | None, status: str, expected: list[str]
) -> None:
    outline = Outline.of(tally(POLL, 8, status=before)) if before else None
    messages = messages_of_change(known(tally(POLL, 9, status=status)), outline, Scope.PUBLIC, NOW)
    assert types(messages) == expected
    assert {message.version for message in messages} <= {9}  # type: ignore[union-attr]


@pytest.mark.parametrize(("seen", "answered"), [(None, True), (0, True), (6, True), (7, False), (8, False)])
def test_ping_returns_only_a_newer_snapshot(tally: MakeTally, seen: int | None, answered: bool) -> None:
    messages = answers(Ping(action="ping", version=seen), known(tally(POLL, 7)), PUBLIC, NOW)
    assert types(messages) == (["pong", "results"] if answered else ["pong"])


def test_a_ping_is_answered_even_when_nothing_is_known_or_only_a_draft(tally: MakeTally) -> None:
    ping = Ping(action="ping")
    assert types(answers(ping, None, PUBLIC, NOW)) == ["pong"]
    assert types(answers(ping, known(tally(POLL, status="draft")), PUBLIC, NOW)) == ["pong"]


def test_a_ping_shows_a_voter_the_counts_of_their_own_poll_only(tally: MakeTally) -> None:
    voter, ping = Subscriber(Scope.VOTER, POLL), Ping(action="ping")
    assert types(answers(ping, known(tally(POLL, visibility="after_vote")), voter, NOW)) == [
        "pong",
        "results",
    ]
    other = tally(new_poll_id(), visibility="after_vote")
    assert types(answers(ping, known(other), voter, NOW)) == ["pong", "results_hidden"]


def test_every_message_matches_its_contract(tally: MakeTally) -> None:
    errors = (FieldError(field="version", message="too small"),)
    sent = [
        *messages_of_change(known(tally(POLL, closes_at=NOW)), None, Scope.PUBLIC, NOW),
        *messages_of_change(known(tally(POLL, status="closed")), None, Scope.PUBLIC, NOW),
        *answers(Ping(action="ping"), known(tally(POLL, visibility="never")), PUBLIC, NOW),
        *answers(Ping(action="ping"), known(tally(POLL, visibility="never", show_turnout=True)), PUBLIC, NOW),
        not_understood(),
        not_understood(errors),
    ]
    assert [MESSAGES.validate_json(encode(message)) for message in sent] == sent


statuses = st.sampled_from([PollStatus.OPEN, PollStatus.CLOSED, PollStatus.DRAFT])
moments = st.sampled_from([None, NOW - timedelta(hours=1), NOW + timedelta(hours=1)])
settings = {"show_turnout": st.booleans(), "presenter_language": st.none() | st.sampled_from(PageLanguage)}
assert settings.keys() == DisplaySettings.model_fields.keys()
outlines = st.builds(
    Outline, poll_id=st.just(POLL), status=statuses, result_visibility=st.sampled_from(ResultVisibility),
    opens_at=moments, closes_at=moments, **settings,
)  # fmt: skip
votes_so_far = st.tuples(
    st.integers(0, 9),
    st.integers(0, 9),
    st.integers(1, 10**13),
    st.timedeltas(timedelta(0), timedelta(days=1)),
)
subscribers = st.sampled_from([PUBLIC, Subscriber(Scope.VOTER, POLL), Subscriber(Scope.VOTER, new_poll_id())])


def with_votes(outline: Outline, votes: tuple[int, int, int, timedelta]) -> Known:
    a, b, version, ago = votes
    tally = TallyChanged(
        **dict(outline), a=a, b=b, invalid=0, tally_version=version, updated_at=NOW - ago,
        trace_id=f"{version:032x}",
    )  # fmt: skip
    return Known(tally, 3)


@pytest.mark.covers("T23", "T40")
@given(
    outlines,
    votes_so_far,
    votes_so_far,
    subscribers,
    st.none() | outlines,
    st.none() | st.integers(0, 10**13),
)
def test_messages_without_counts_and_turnout_do_not_depend_on_votes(
    outline: Outline,
    one: tuple[int, int, int, timedelta],
    other: tuple[int, int, int, timedelta],
    subscriber: Subscriber,
    before: Outline | None,
    seen: int | None,
) -> None:
    scope, polls = subscriber.scope_for(POLL), [with_votes(outline, votes) for votes in (one, other)]
    assume(snapshot(polls[0], scope, NOW).total is None)
    ping = Ping(action="ping", poll_id=POLL, version=seen)
    changes = [tuple(map(encode, messages_of_change(poll, before, scope, NOW))) for poll in polls]
    answered = [tuple(map(encode, answers(ping, poll, subscriber, NOW))) for poll in polls]
    assert changes[0] == changes[1]
    assert answered[0] == answered[1]


@given(outlines, votes_so_far, subscribers)
def test_counts_that_become_visible_have_a_higher_version_than_hidden_messages(
    outline: Outline, votes: tuple[int, int, int, timedelta], subscriber: Subscriber
) -> None:
    """An outline's number never exceeds its tally's version; of equal ones a page takes the later message."""
    known = replace(with_votes(outline, votes), outline_version=min(3, votes[2]))
    hidden, shown = (snapshot(known, scope, NOW) for scope in (subscriber.scope_for(POLL), Scope.ORGANISER))
    assert hidden.version <= shown.version
