"""POST /admin/api/polls: valid requests become a draft, invalid ones name the fields."""

import base64
import json
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from chassis.request import MAX_BODY_BYTES
from contracts.model import format_instant
from contracts.poll_snapshot import PollSettings
from contracts.polls import Poll
from contracts.problem import MAX_FIELD_ERRORS
from poll_service.adapters.polls import PollsStore
from poll_service.domain.clock import now
from poll_service.domain.errors import PollNotFound
from testkit.poll_settings import ALL_SET

type Ask = Callable[..., SimpleNamespace]

WANTED = {"question": "Tea or coffee?", "options": {"a": {"label": "Tea"}, "b": {"label": "Coffee"}}}


def test_a_poll_starts_as_a_draft_of_the_organiser(ask: Ask, polls: PollsStore) -> None:
    answer = ask("create_poll", WANTED, subject="organiser-7")

    assert answer.status == 201
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.headers["location"] == f"/admin/api/polls/{answer.body['poll_id']}"
    created = Poll.model_validate(answer.body)
    assert answer.body == {
        "poll_id": created.poll_id,
        "question": "Tea or coffee?",
        "options": {"a": {"label": "Tea", "image": None}, "b": {"label": "Coffee", "image": None}},
        "status": "draft",
        "opens_at": None,
        "closes_at": None,
        "policy": "device",
        "result_visibility": "always",
        "revision": 1,
        "archived_at": None,
        **dict(PollSettings()),
        "embed_origins": [],
        "rerun_of": None,
        "rehearsal": None,
    }
    stored = polls.get(created.poll_id)
    assert stored.created_by == "organiser-7"
    assert stored.to_admin(now()) == created


def test_created_poll_stores_all_settings(ask: Ask, polls: PollsStore) -> None:
    ends = format_instant(now() + timedelta(days=1))

    wanted = {
        "question": "Tea or coffee?",
        "options": {"a": {"label": "Tea", "image": f"/images/{'0a' * 32}.webp"}, "b": {"label": "Coffee"}},
        "policy": "network",
        "result_visibility": "after_vote",
        "closes_at": ends,
        **ALL_SET,
        "embed_origins": ["https://news.example", "https://news.example/", "https://b.example:8443"],
    }

    answer = ask("create_poll", wanted)

    wanted["options"]["b"]["image"] = None
    wanted["embed_origins"] = ["https://news.example", "https://b.example:8443"]
    assert {name: answer.body[name] for name in wanted} == wanted
    assert polls.get(answer.body["poll_id"]).to_admin(now()) == Poll.model_validate(answer.body)


def without(*path: str) -> dict[str, Any]:
    wanted: dict[str, Any] = json.loads(json.dumps(WANTED))
    inside = wanted
    for name in path[:-1]:
        inside = inside[name]
    del inside[path[-1]]
    return wanted


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (without("question"), "question"),
        (without("options"), "options"),
        (without("options", "b"), "options.b"),
        (without("options", "b", "label"), "options.b.label"),
        ({**WANTED, "question": ""}, "question"),
        ({**WANTED, "question": "  "}, "question"),
        ({**WANTED, "question": 42}, "question"),
        ({**WANTED, "question": "x" * 201}, "question"),
        ({**WANTED, "question": "two\nlines"}, "question"),
        ({**WANTED, "options": {**WANTED["options"], "c": {"label": "Cocoa"}}}, "options.c"),  # type: ignore[dict-item]
        ({**WANTED, "options": {"a": {"label": "Tea"}, "b": {"label": "tea"}}}, "options"),
        ({**WANTED, "policy": "honour"}, "policy"),
        ({**WANTED, "result_visibility": "sometimes"}, "result_visibility"),
        ({**WANTED, "closes_at": "tomorrow"}, "closes_at"),
        ({**WANTED, "closes_at": "2026-05-01T12:00:00"}, "closes_at"),
        ({**WANTED, "closes_at": "2020-05-01T12:00:00Z"}, "closes_at"),
        ({**WANTED, "closes_at": "2999-05-01T12:00:00Z"}, "closes_at"),
        ({**WANTED, "status": "open"}, "status"),
        ([WANTED], "body"),
        ("poll", "body"),
        (None, "body"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_invalid_creation_names_each_field_and_writes_nothing(
    ask: Ask, polls: PollsStore, wanted: object, field: str
) -> None:
    answer = ask("create_poll", text=json.dumps(wanted))

    assert answer.status == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.body["type"] == "/problems/validation-failed"
    assert [error["field"] for error in answer.body["errors"]] == [field]
    assert all(error["message"] for error in answer.body["errors"])
    assert polls.page(10, None) == ([], None)


@pytest.mark.parametrize(
    "text", ["", "{", '{"question": ', "[" * 4000, '{"question": "\\ud800"}', "\ud800", "NaN", "{}{}"]
)
def test_body_that_is_no_json_fails_validation(ask: Ask, text: str) -> None:
    assert ask("create_poll", text=text).status == 422


def test_base64_encoded_body_is_read(ask: Ask) -> None:
    encoded = base64.b64encode(json.dumps(WANTED).encode()).decode()

    assert ask("create_poll", text=encoded, is_base64=True).status == 201


def test_body_that_is_no_text_fails_validation(ask: Ask) -> None:
    encoded = base64.b64encode(b'{"question": "\xff"}').decode()

    assert ask("create_poll", text=encoded, is_base64=True).status == 422


@pytest.mark.parametrize("content_type", [None, "", "text/plain", "application/x-www-form-urlencoded"])
def test_body_without_json_content_type_is_rejected(ask: Ask, content_type: str | None) -> None:
    answer = ask("create_poll", WANTED, headers={"content-type": content_type})

    assert (answer.status, answer.body["type"]) == (415, "/problems/not-json")


def test_json_content_type_with_charset_is_accepted(ask: Ask) -> None:
    answer = ask("create_poll", WANTED, headers={"content-type": "Application/JSON; charset=utf-8"})

    assert answer.status == 201


def test_oversized_body_is_rejected(ask: Ask) -> None:
    answer = ask("create_poll", {"question": "x" * MAX_BODY_BYTES})

    assert (answer.status, answer.body["type"]) == (413, "/problems/too-large")


def test_number_of_named_field_errors_is_limited(ask: Ask) -> None:
    answer = ask("create_poll", {f"field{number}": 1 for number in range(200)})

    assert answer.status == 422
    assert len(answer.body["errors"]) == MAX_FIELD_ERRORS


def test_error_response_does_not_repeat_the_input(ask: Ask) -> None:
    answer = ask("create_poll", {**WANTED, "policy": "a-secret-of-mine"})

    assert "a-secret-of-mine" not in json.dumps(answer.body)


def test_creation_requires_an_organiser(ask: Ask, polls: PollsStore) -> None:
    answer = ask("create_poll", WANTED, subject=None)

    assert (answer.status, answer.body["type"]) == (403, "/problems/not-allowed")
    assert polls.page(10, None) == ([], None)


def test_repeated_creation_without_key_makes_two_polls(ask: Ask, polls: PollsStore) -> None:
    one, other = ask("create_poll", WANTED), ask("create_poll", WANTED)

    assert one.body["poll_id"] != other.body["poll_id"]
    with pytest.raises(PollNotFound):
        polls.get("0" * 26)


def test_every_rerun_refers_to_the_first_poll(ask: Ask) -> None:
    first = ask("create_poll", WANTED).body["poll_id"]
    second = ask("create_poll", {**WANTED, "rerun_of": first}).body
    third = ask("create_poll", {**WANTED, "rerun_of": second["poll_id"]}).body

    assert second["rerun_of"] == third["rerun_of"] == first
    assert {poll["rerun_of"] for poll in ask("list_polls").body["polls"]} == {first, None}


@pytest.mark.parametrize("rerun_of", ["0" * 26, "#schedule", "x", 7])
def test_rerun_of_unknown_poll_is_rejected(ask: Ask, polls: PollsStore, rerun_of: object) -> None:
    answer = ask("create_poll", {**WANTED, "rerun_of": rerun_of})

    assert (answer.status, [error["field"] for error in answer.body["errors"]]) == (422, ["rerun_of"])
    assert polls.page(10, None) == ([], None)


@pytest.mark.parametrize(
    ("opens_in", "closes_in", "field"),
    [(-1, 1, "opens_at"), (24 * 367, None, "opens_at"), (2, 1, "closes_at"), (2, 2, "closes_at")],
    ids=["past", "more than a year ahead", "crossing", "no time between"],
)
def test_impossible_times_are_rejected_by_field(
    ask: Ask, opens_in: int, closes_in: int | None, field: str
) -> None:
    moment = now()
    closes_at = None if closes_in is None else format_instant(moment + timedelta(hours=closes_in))
    times = {"opens_at": format_instant(moment + timedelta(hours=opens_in)), "closes_at": closes_at}

    answer = ask("create_poll", {**WANTED, **times})

    assert (answer.status, [error["field"] for error in answer.body["errors"]]) == (422, [field])
