"""POST /admin/api/polls/{poll_id}/archive: closed polls only, permanent, and safe to repeat."""

from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from poll_service.adapters.polls import PollsStore
from poll_service.domain import lifecycle
from poll_service.domain.clock import now
from poll_service.domain.poll import Poll

type Ask = Callable[..., SimpleNamespace]
type Stream = Callable[[], list[dict[str, Any]]]
SECOND = timedelta(seconds=1)


@pytest.fixture
def closed(given_open: Callable[..., Poll], polls: PollsStore) -> Poll:
    poll = given_open(ends_in=-SECOND)
    polls.save(lifecycle.finish_poll(poll, now(), now()))
    return polls.get(poll.poll_id)


def types_on(stream: Stream) -> list[str]:
    images = [record["dynamodb"]["NewImage"] for record in stream()]
    return [image["event"]["M"]["type"]["S"] for image in images if "event" in image]


def test_archiving_a_closed_poll_publishes_the_event(ask: Ask, closed: Poll, stream: Stream) -> None:
    before = now()

    answer = ask("archive_poll", poll_id=closed.poll_id)

    assert (answer.status, answer.body["status"], answer.body["revision"]) == (200, "closed", 4)
    assert before <= datetime.fromisoformat(answer.body["archived_at"]) <= now()
    event = stream()[-1]["dynamodb"]["NewImage"]["event"]["M"]
    assert event["type"] == {"S": "poll_archived"}
    assert (event["status"], event["revision"]) == ({"S": "closed"}, {"N": "4"})


def test_archived_poll_is_archived_to_organisers_and_closed_to_voters(ask: Ask, closed: Poll) -> None:
    seen_before = ask("get_public_poll", poll_id=closed.poll_id).body

    archived = ask("archive_poll", poll_id=closed.poll_id).body

    assert ask("get_poll", poll_id=closed.poll_id).body == archived
    (listed,) = ask("list_polls").body["polls"]
    assert listed["archived_at"] == archived["archived_at"]
    seen = ask("get_public_poll", poll_id=closed.poll_id).body
    assert seen == seen_before | {"revision": 4}
    assert "archived_at" not in seen


def test_repeated_archiving_keeps_the_time_and_publishes_again(
    ask: Ask, closed: Poll, stream: Stream
) -> None:
    first, again = (ask("archive_poll", poll_id=closed.poll_id).body for _ in range(2))

    assert again == first | {"revision": first["revision"] + 1}
    assert types_on(stream)[-2:] == ["poll_archived", "poll_archived"]


def test_archiving_announces_an_unannounced_close_first(
    ask: Ask, given_open: Callable[..., Poll], stream: Stream
) -> None:
    poll = given_open(ends_in=-SECOND)

    answer = ask("archive_poll", poll_id=poll.poll_id)

    assert (answer.status, answer.body["revision"]) == (200, 4)
    assert answer.body["archived_at"]
    assert types_on(stream)[-2:] == ["poll_closed", "poll_archived"]


@pytest.mark.parametrize("ends_in", [None, timedelta(hours=1)], ids=["without an end", "with a later end"])
def test_an_open_poll_cannot_be_archived(
    ask: Ask, given_open: Callable[..., Poll], ends_in: timedelta | None
) -> None:
    poll = given_open(ends_in=ends_in)

    answer = ask("archive_poll", poll_id=poll.poll_id)

    assert (answer.status, answer.body["type"]) == (409, "/problems/invalid-state")
    assert answer.body["detail"] == "This poll is open: close it first"
    assert ask("get_poll", poll_id=poll.poll_id).body["archived_at"] is None


def test_a_draft_cannot_be_archived(ask: Ask, given_draft: Callable[..., Poll]) -> None:
    answer = ask("archive_poll", poll_id=given_draft().poll_id)

    assert (answer.status, answer.body["type"]) == (409, "/problems/invalid-state")


def test_archived_poll_cannot_be_opened_and_closing_it_changes_nothing(ask: Ask, closed: Poll) -> None:
    archived = ask("archive_poll", poll_id=closed.poll_id).body

    opening = ask("open_poll", poll_id=closed.poll_id)

    assert (opening.status, opening.body["detail"]) == (409, "This poll is archived")
    assert ask("close_poll", poll_id=closed.poll_id).body == archived


def test_late_scheduled_close_of_archived_poll_changes_nothing(
    ask: Ask, closed: Poll, finish: Callable[..., None]
) -> None:
    archived = ask("archive_poll", poll_id=closed.poll_id).body

    finish({"poll_id": closed.poll_id, "due_at": archived["closes_at"]})

    assert ask("get_poll", poll_id=closed.poll_id).body == archived


@pytest.mark.parametrize("poll_id", ["0" * 26, "#schedule", "x"])
def test_an_unknown_poll_cannot_be_archived(ask: Ask, poll_id: str) -> None:
    assert ask("archive_poll", poll_id=poll_id).status == 404


def test_archiving_requires_an_organiser(ask: Ask, closed: Poll) -> None:
    assert ask("archive_poll", poll_id=closed.poll_id, subject=None).status == 403
    assert ask("get_poll", poll_id=closed.poll_id).body["archived_at"] is None
