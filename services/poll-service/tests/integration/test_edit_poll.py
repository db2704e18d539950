"""PATCH /admin/api/polls/{poll_id}: all changes or none, and edit conflicts."""

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from contracts.domain_error import DomainError
from contracts.events import POLL_EVENTS, PollChanged
from contracts.model import format_instant
from contracts.polls import EditPoll
from contracts.stream import read_record
from poll_service.adapters.polls import PollsStore
from poll_service.domain import lifecycle
from poll_service.domain.change import Actor
from poll_service.domain.clock import now
from poll_service.domain.errors import RevisionConflict
from poll_service.domain.poll import Poll
from poll_service.use_cases.change_poll import apply_transition
from testkit.poll_settings import ALL_SET

type Ask = Callable[..., SimpleNamespace]
HOUR = timedelta(hours=1)


def test_every_change_of_a_draft_is_stored_and_published(
    ask: Ask, given_draft: Callable[..., Poll], stream: Callable[[], list[dict[str, Any]]]
) -> None:
    poll = given_draft()
    wanted = {
        "question": "Mate or cocoa?",
        "options": {"a": {"label": "Mate", "image": f"/images/{'0b' * 32}.webp"}, "b": {"label": "Cocoa"}},
        "policy": "code",
        "result_visibility": "after_close",
        "opens_at": format_instant(now() + HOUR),
        "closes_at": format_instant(now() + 2 * HOUR),
        **ALL_SET,
        "embed_origins": ["https://news.example"],
    }

    answer = ask("edit_poll", wanted, poll_id=poll.poll_id, subject="organiser-2")

    wanted["options"]["b"]["image"] = None
    assert answer.status == 200
    assert {name: answer.body[name] for name in wanted} == wanted
    assert (answer.body["status"], answer.body["revision"]) == ("draft", 2)
    assert ask("get_poll", poll_id=poll.poll_id).body == answer.body
    event = read_record(stream()[-1]).event(POLL_EVENTS)
    assert isinstance(event, PollChanged)
    assert (event.question, event.option_a, event.show_turnout) == ("Mate or cocoa?", "Mate", True)


def test_removed_values_are_gone(ask: Ask, given_draft: Callable[..., Poll]) -> None:
    poll_id = given_draft().poll_id
    image = f"/images/{'0b' * 32}.webp"
    options = {"a": {"label": "Tea", "image": image}, "b": {"label": "Coffee"}}
    ask("edit_poll", {"options": options, "closes_at": format_instant(now() + HOUR)}, poll_id=poll_id)

    options["a"].pop("image")
    ask("edit_poll", {"options": options, "closes_at": None}, poll_id=poll_id)

    poll = ask("get_poll", poll_id=poll_id).body
    assert (poll["options"]["a"]["image"], poll["closes_at"]) == (None, None)


def test_extending_an_open_poll_schedules_its_new_close(
    ask: Ask, given_open: Callable[..., Poll], scheduled_closes: Callable[[], list[dict[str, Any]]]
) -> None:
    poll = given_open(ends_in=HOUR)
    end = format_instant(now() + 2 * HOUR)

    answer = ask("edit_poll", {"closes_at": end, "revision": poll.revision}, poll_id=poll.poll_id)

    assert (answer.status, answer.body["closes_at"], answer.body["status"]) == (200, end, "open")
    assert end in [
        json.loads(scheduled_close["Target"]["Input"])["due_at"] for scheduled_close in scheduled_closes()
    ]


def test_scheduled_close_of_former_end_leaves_extended_poll_open(
    ask: Ask,
    handler: Callable[[str], ModuleType],
    given_open: Callable[..., Poll],
    finish: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    poll = given_open(ends_in=HOUR)
    ask("edit_poll", {"closes_at": format_instant(now() + 2 * HOUR)}, poll_id=poll.poll_id)
    later = now() + HOUR + timedelta(seconds=1)
    monkeypatch.setattr(handler("finish_poll"), "now", lambda: later)

    finish({"poll_id": poll.poll_id, "due_at": poll.closes_at.isoformat() if poll.closes_at else ""})

    assert ask("get_poll", poll_id=poll.poll_id).body["status"] == "open"


def test_edit_of_an_open_poll_names_each_fixed_field_and_changes_none(
    ask: Ask, given_open: Callable[..., Poll]
) -> None:
    poll_id = given_open().poll_id
    before = ask("get_poll", poll_id=poll_id).body

    answer = ask("edit_poll", {"question": "Tea?", "policy": "code", "show_turnout": True}, poll_id=poll_id)

    assert (answer.status, answer.body["type"]) == (409, "/problems/invalid-state")
    assert [error["field"] for error in answer.body["errors"]] == ["question", "policy"]
    assert "run this one again" in answer.body["detail"]
    assert ask("get_poll", poll_id=poll_id).body == before


def test_unscheduled_poll_is_not_public_and_frees_its_slot(
    ask: Ask, given_draft: Callable[..., Poll]
) -> None:
    one, other = given_draft().poll_id, given_draft().poll_id
    times = {"opens_at": format_instant(now() + HOUR)}
    ask("open_poll", times, poll_id=one)
    assert ask("open_poll", times, poll_id=other).status == 409

    answer = ask("edit_poll", {"status": "draft"}, poll_id=one)

    assert (answer.status, answer.body["status"]) == (200, "draft")
    assert ask("get_public_poll", poll_id=one).status == 404
    assert ask("open_poll", times, poll_id=other).status == 200


def test_moving_a_scheduled_poll_into_another_names_the_other(
    ask: Ask, given_draft: Callable[..., Poll]
) -> None:
    one, other = given_draft().poll_id, given_draft().poll_id
    first = {"opens_at": format_instant(now() + HOUR), "closes_at": format_instant(now() + 2 * HOUR)}
    second = {"opens_at": format_instant(now() + 3 * HOUR), "closes_at": format_instant(now() + 4 * HOUR)}
    ask("open_poll", first, poll_id=one)
    ask("open_poll", second, poll_id=other)

    answer = ask("edit_poll", first, poll_id=other)

    assert (answer.status, answer.body["type"]) == (409, "/problems/another-poll-active")
    for word in (one, first["opens_at"], first["closes_at"]):
        assert word in answer.body["detail"]
    assert ask("get_poll", poll_id=other).body["opens_at"] == second["opens_at"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"opens_at": "2020-01-01T00:00:00Z"}, "opens_at"),
        ({"opens_at": "2026-01-01 12:00"}, "opens_at"),
        ({"closes_at": "2020-01-01T00:00:00Z"}, "closes_at"),
        ({"question": ""}, "question"),
        ({"question": None}, "question"),
        ({"status": "open"}, "status"),
        ({"revision": 0}, "revision"),
        ({"archived_at": "2026-01-01T00:00:00Z"}, "archived_at"),
        ({"embed_origins": ["https://news.example", "http://news.example"]}, "embed_origins.1"),
        ([], "body"),
    ],
    ids=str,
)
def test_invalid_edit_names_the_field_and_changes_nothing(
    ask: Ask, given_draft: Callable[..., Poll], polls: PollsStore, body: object, field: str
) -> None:
    draft = given_draft()

    answer = ask("edit_poll", body, poll_id=draft.poll_id)

    assert (answer.status, [error["field"] for error in answer.body["errors"]]) == (422, [field])
    assert all(error["message"] for error in answer.body["errors"])
    assert polls.get(draft.poll_id) == draft


@pytest.mark.parametrize("poll_id", ["0" * 26, "#schedule", "x"])
def test_an_unknown_poll_cannot_be_changed(ask: Ask, poll_id: str) -> None:
    assert ask("edit_poll", {"question": "Tea?"}, poll_id=poll_id).status == 404


@pytest.mark.parametrize("slug", ["edit_poll", "open_poll"])
def test_edit_conflict_names_organiser_and_time_and_changes_nothing(
    ask: Ask, given_draft: Callable[..., Poll], polls: PollsStore, slug: str
) -> None:
    draft = given_draft()
    ask("edit_poll", {"question": "Tea?", "revision": 1}, poll_id=draft.poll_id, subject="organiser-2")
    current = polls.get(draft.poll_id)

    answer = ask(slug, {"revision": 1}, poll_id=draft.poll_id, subject="organiser-3")

    assert (answer.status, answer.body["type"]) == (409, "/problems/revision-conflict")
    assert "organiser-2" in answer.body["detail"]
    assert format_instant(current.changed_at) in answer.body["detail"]
    assert polls.get(draft.poll_id) == current
    assert ask(slug, {"revision": 2}, poll_id=draft.poll_id, subject="organiser-3").status == 200


def test_future_revision_is_a_conflict(ask: Ask, given_draft: Callable[..., Poll]) -> None:
    assert (
        ask("edit_poll", {"show_turnout": True, "revision": 2}, poll_id=given_draft().poll_id).status == 409
    )


def test_transition_by_the_clock_is_no_edit_conflict(
    ask: Ask, given_open: Callable[..., Poll], finish: Callable[..., None]
) -> None:
    poll = given_open(ends_in=timedelta(seconds=-1))
    finish({"poll_id": poll.poll_id, "due_at": now().isoformat()})
    assert ask("get_poll", poll_id=poll.poll_id).body["revision"] == poll.revision + 1

    assert ask("archive_poll", {"revision": poll.revision}, poll_id=poll.poll_id).status == 200


@pytest.mark.covers("T36")
def test_one_of_concurrent_edits_wins_and_conflicts_name_the_winner(
    polls_in_turn: PollsStore, given_draft: Callable[..., Poll], polls: PollsStore
) -> None:
    draft = given_draft()
    start = threading.Barrier(8)

    def change(number: int) -> Poll | DomainError:
        actor = Actor(f"organiser-{number}", now(), seen_revision=1)
        step = partial(lifecycle.edit_poll, wanted=EditPoll(question=f"Question {number}?"), now=actor.at)
        start.wait()
        try:
            return apply_transition(polls_in_turn, draft.poll_id, step, actor)
        except DomainError as refused:
            return refused

    with ThreadPoolExecutor(8) as threads:
        results = list(threads.map(change, range(8)))

    (winner,) = [result for result in results if isinstance(result, Poll)]
    losers = [result for result in results if isinstance(result, DomainError)]
    assert len(losers) == 7
    assert all(type(loser) is RevisionConflict and winner.changed_by in str(loser) for loser in losers)
    assert polls.get(draft.poll_id) == winner
