"""GET /admin/api/polls: newest first, page by page."""

import base64
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace

import pytest
from contracts.ids import new_poll_id
from contracts.polls import CreatePoll, NewOption, NewOptions, PollList
from poll_service.adapters.polls import PollsStore
from poll_service.domain import lifecycle
from poll_service.domain.poll import Poll

OPTIONS = NewOptions(a=NewOption(label="Tea"), b=NewOption(label="Coffee"))
WANTED = CreatePoll(question="Tea or coffee?", options=OPTIONS)
CURSOR_AT_THE_SCHEDULE = base64.urlsafe_b64encode(
    b'{"poll_id": "#schedule", "created_at": "2026-05-01T00:00:00Z"}'
).decode()

type Ask = Callable[..., SimpleNamespace]


def test_list_is_empty_without_polls(ask: Ask) -> None:
    answer = ask("list_polls")

    assert (answer.status, answer.body) == (200, {"polls": [], "next_cursor": None})
    assert answer.headers["cache-control"] == "private, no-store"


def test_list_starts_with_the_newest_poll_in_its_current_state(
    ask: Ask, given_draft: Callable[..., Poll], given_open: Callable[..., Poll]
) -> None:
    overdue = given_open(ends_in=timedelta(seconds=-1))
    draft = given_draft()

    listed = PollList.model_validate(ask("list_polls").body).polls

    assert [(poll.poll_id, poll.status) for poll in listed] == [
        (draft.poll_id, "draft"),
        (overdue.poll_id, "closed"),
    ]
    assert listed[0].created_at == draft.created_at


@pytest.mark.parametrize("total", [3, 4, 5])
def test_pages_of_the_list_contain_each_poll_once(
    ask: Ask, given_draft: Callable[..., Poll], total: int
) -> None:
    expected = [given_draft(ago=timedelta(minutes=age)).poll_id for age in range(total)]

    seen: list[str] = []
    sizes: list[int] = []
    query = {"limit": "2"}
    while True:
        page = PollList.model_validate(ask("list_polls", query=query).body)
        seen += [poll.poll_id for poll in page.polls]
        sizes.append(len(page.polls))
        if page.next_cursor is None:
            break
        query["cursor"] = page.next_cursor

    assert seen == expected
    assert sizes == [2] * (total // 2) + [1] * (total % 2)


def test_polls_of_the_same_moment_are_not_lost_between_pages(
    ask: Ask, polls: PollsStore, given_draft: Callable[..., Poll]
) -> None:
    moment = given_draft().created_at
    for _ in range(3):
        polls.save(lifecycle.create_poll(WANTED, new_poll_id(), "organiser-1", moment))

    first = ask("list_polls", query={"limit": "2"}).body
    second = ask("list_polls", query={"limit": "2", "cursor": first["next_cursor"]}).body

    assert len({poll["poll_id"] for poll in first["polls"] + second["polls"]}) == 4
    assert second["next_cursor"] is None


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"limit": "0"}, "limit"),
        ({"limit": "101"}, "limit"),
        ({"limit": "all"}, "limit"),
        ({"cursor": "x"}, "cursor"),
        ({"cursor": "bm90LWEtY3Vyc29y"}, "cursor"),
        (
            {"cursor": "eyJwb2xsX2lkIjoiI2FjdGl2ZSIsImNyZWF0ZWRfYXQiOiIyMDI2LTA1LTAxVDAwOjAwOjAwWiJ9"},
            "cursor",
        ),
        ({"cursor": "y" * 201}, "cursor"),
        ({"page": "2"}, "page"),
    ],
    ids=str,
)
def test_invalid_query_of_the_list_fails_validation(ask: Ask, query: dict[str, str], field: str) -> None:
    answer = ask("list_polls", query=query)

    assert (answer.status, answer.body["type"]) == (422, "/problems/validation-failed")
    assert [error["field"] for error in answer.body["errors"]] == [field]
