"""A poll that shuffles its options: a vote records which option its page showed first."""

from typing import Any

import pytest


@pytest.fixture
def poll_id(stack: Any, make_poll: Any) -> str:
    poll = make_poll(shuffle_options=True)
    stack.track(poll)
    return str(poll.poll_id)


def shown_first(stack: Any) -> str | None:
    [vote] = stack.votes()
    first: str | None = vote["event"]["M"].get("shown_first", {}).get("S")
    return first


@pytest.mark.parametrize("first", ["a", "b"])
def test_vote_records_the_option_that_was_shown_first(
    stack: Any, voter: Any, poll_id: str, first: str
) -> None:
    assert voter.vote(poll_id, shown_first=first)["statusCode"] == 201
    assert shown_first(stack) == first


def test_page_that_does_not_know_the_setting_has_shown_option_a_first(
    stack: Any, voter: Any, poll_id: str
) -> None:
    assert voter.vote(poll_id)["statusCode"] == 201
    assert shown_first(stack) == "a"


def test_repeated_vote_with_another_order_stays_as_it_is(stack: Any, voter: Any, poll_id: str) -> None:
    first = voter.vote(poll_id, shown_first="b")
    again = voter.vote(poll_id, shown_first="a")
    assert (first["statusCode"], again["statusCode"]) == (201, 200)
    assert first["json"] | {"results_pass": ""} == again["json"] | {"results_pass": ""}
    assert shown_first(stack) == "b"


def test_poll_with_one_order_records_none(stack: Any, voter: Any, make_poll: Any) -> None:
    poll = make_poll()
    stack.track(poll)
    assert voter.vote(poll.poll_id, shown_first="b")["statusCode"] == 201
    assert shown_first(stack) is None


def test_unknown_option_is_rejected(stack: Any, voter: Any, poll_id: str) -> None:
    assert voter.vote(poll_id, shown_first="c")["statusCode"] == 422
    assert stack.votes() == []
