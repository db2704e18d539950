"""Options that look alike are rejected on creation and on edit: 422 at the field `options`."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from poll_service.adapters.polls import PollsStore
from poll_service.domain.poll import Poll

ALIKE = {"a": {"label": "Yes"}, "b": {"label": "Y\u0435s"}}


@pytest.mark.parametrize("slug", ["create_poll", "edit_poll"])
def test_lookalike_options_are_rejected_at_their_field(
    ask: Callable[..., SimpleNamespace], given_draft: Callable[..., Poll], polls: PollsStore, slug: str
) -> None:
    poll = given_draft()
    answer = ask(slug, {"question": "Sure?", "options": ALIKE}, poll_id=poll.poll_id)
    assert (answer.status, answer.body["type"]) == (422, "/problems/validation-failed")
    assert [error["field"] for error in answer.body["errors"]] == ["options"]
    assert polls.get(poll.poll_id) == poll
