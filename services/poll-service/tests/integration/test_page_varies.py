"""Pages behind links name each request header that they depend on, so that caches separate languages."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from contracts.ids import new_poll_id
from poll_service.domain.poll import Poll


@pytest.mark.parametrize("known", [True, False])
def test_page_in_the_readers_language_varies_by_accept_language(
    ask: Callable[..., SimpleNamespace], given_open: Callable[..., Poll], known: bool
) -> None:
    poll_id = given_open().poll_id if known else new_poll_id()
    english, german = (
        ask("preview_poll", poll_id=poll_id, subject=None, headers={"accept-language": language})
        for language in ("en", "de")
    )
    assert english.body != german.body
    assert {part.strip() for part in german.headers["vary"].split(",")} == {"Accept-Language", "Origin"}
