"""Error pages: a person with a link gets a page with a link, also if the service rejects or fails."""

from collections.abc import Callable
from http import HTTPStatus
from types import SimpleNamespace
from typing import Final

import pytest
from chassis.operation import Operation
from contracts.ids import new_poll_id
from contracts.problem import ProblemType
from poll_service import http
from poll_service.adapters.polls import PollsStore
from poll_service.domain.errors import Unavailable
from poll_service.domain.link_preview_texts import MESSAGES

HANDLERS: Final = ("preview_poll", "embed_poll")
FAILURES: Final = [(Unavailable("throttled"), 503), (RuntimeError("a fault"), 500)]


@pytest.mark.parametrize("slug", HANDLERS)
@pytest.mark.parametrize(("failure", "status"), FAILURES)
def test_failure_is_a_page_with_a_link_to_the_same_address(
    ask: Callable[..., SimpleNamespace],
    monkeypatch: pytest.MonkeyPatch,
    slug: str,
    failure: Exception,
    status: int,
) -> None:
    def fails(*_: object) -> None:
        raise failure

    monkeypatch.setattr(PollsStore, "get", fails)

    answer = ask(slug, poll_id=new_poll_id(), headers={"accept-language": "de"})

    assert (answer.status, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert answer.headers["cache-control"] == "private, no-store"
    assert MESSAGES["de"].unavailable_title in answer.body
    assert f'href="">{MESSAGES["de"].unavailable_action}</a>' in answer.body


@pytest.mark.parametrize("slug", HANDLERS)
@pytest.mark.parametrize("spelled", ["%29", "%2F", "/more", "%"])
def test_malformed_link_is_a_page_with_a_link_to_the_front_page(
    ask: Callable[..., SimpleNamespace], slug: str, spelled: str
) -> None:
    path = f"{'/p' if slug == 'preview_poll' else '/embed'}/0123456789abcdefghjkmnpqrs{spelled}"

    answer = ask(slug, path=path, headers={"accept-language": "fr"})

    assert (answer.status, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert MESSAGES["fr"].not_found_title in answer.body
    assert f'href="/">{MESSAGES["fr"].not_found_action}</a>' in answer.body


def test_failure_page_may_be_embedded_anywhere_and_not_found_page_nowhere(
    ask: Callable[..., SimpleNamespace], monkeypatch: pytest.MonkeyPatch
) -> None:
    not_found = ask("embed_poll", path="/embed/0123456789abcdefghjkmnpqrs%29")
    monkeypatch.setattr(PollsStore, "get", lambda *_: 1 / 0)
    failed = ask("embed_poll", poll_id=new_poll_id())

    assert "frame-ancestors 'none'" in not_found.headers["content-security-policy"]
    assert "frame-ancestors *;" in failed.headers["content-security-policy"]


def test_every_operation_with_a_page_declares_its_error_pages() -> None:
    operations = [one for one in vars(http).values() if isinstance(one, Operation)]
    pages = [one for one in operations if http.PAGE in one.answers.get(HTTPStatus.OK, ())]

    assert len(pages) == len(HANDLERS)
    for operation in pages:
        other_problems = operation.problems("GET", "/p/<poll_id>", pages_only=False)
        assert other_problems == {ProblemType.ORIGIN_NOT_VERIFIED}
