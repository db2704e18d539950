"""GET /admin/api/polls/{poll_id}: any poll, drafts included."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace

import pytest
from poll_service.domain.clock import now
from poll_service.domain.poll import Poll

type Ask = Callable[..., SimpleNamespace]


def test_an_organiser_sees_a_draft(ask: Ask, given_draft: Callable[..., Poll]) -> None:
    draft = given_draft()

    answer = ask("get_poll", poll_id=draft.poll_id)

    assert (answer.status, answer.body) == (200, draft.to_admin(now()).model_dump(mode="json"))
    assert answer.headers["cache-control"] == "private, no-store"


def test_poll_past_its_end_is_closed(ask: Ask, given_open: Callable[..., Poll]) -> None:
    overdue = given_open(ends_in=timedelta(seconds=-1))

    assert ask("get_poll", poll_id=overdue.poll_id).body["status"] == "closed"


@pytest.mark.parametrize("poll_id", ["%23active", "..", "é"])
def test_path_in_another_spelling_is_unknown(ask: Ask, given_open: Callable[..., Poll], poll_id: str) -> None:
    given_open()

    answer = ask("get_poll", poll_id=poll_id)

    assert (answer.status, answer.body["type"]) == (404, "/problems/not-found")


@pytest.mark.parametrize("poll_id", ["0" * 26, "0", "ABC", "0" * 27])
def test_unknown_poll_is_not_found_for_any_id(
    ask: Ask, given_open: Callable[..., Poll], poll_id: str
) -> None:
    given_open()

    answer = ask("get_poll", poll_id=poll_id)

    assert (answer.status, answer.body["type"]) == (404, "/problems/unknown-poll")


def test_schedule_item_is_no_poll(ask: Ask, given_open: Callable[..., Poll]) -> None:
    given_open()

    assert ask("get_poll", poll_id="#schedule").status == 404
