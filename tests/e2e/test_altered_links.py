"""Altered links and unknown paths are answered by the edge, never by the bucket."""

import json
from typing import Final

import httpx
import pytest

from .live_stack import PATIENCE_SECONDS, Running

POLL: Final = "0123456789abcdefghjkmnpqrs"
CODE: Final = "3F7K2-9QXWM-4TZ0B-HN6RC-DV1GE"


@pytest.mark.parametrize("path", [f"/p/{POLL}/", f"/p/{POLL}.", f"/p/{POLL}%29", f"/P/{POLL.upper()}"])
def test_altered_link_redirects_to_its_poll(running: Running, path: str) -> None:
    # The edge's own response, which no API document names.
    answer = httpx.get(f"{running.site}{path}", timeout=PATIENCE_SECONDS, trust_env=False)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/p/{POLL}")


def test_browser_opens_the_page_of_a_poll_from_its_link_without_the_api(running: Running) -> None:
    headers = {"Sec-Fetch-Dest": "document", "Accept-Language": "de"}
    answer = httpx.get(f"{running.site}/p/{POLL}", headers=headers, timeout=PATIENCE_SECONDS, trust_env=False)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/?poll={POLL}")


def test_escaped_fragment_is_restored(running: Running) -> None:
    answer = running.page().request("GET", f"/%23poll={POLL}&code={CODE}")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/#poll={POLL}&code={CODE}")


@pytest.mark.parametrize("path", ["/nothing", "/admin/nothing", f"/p/{POLL}/more", "/.env"])
def test_unknown_path_returns_the_not_found_page(running: Running, path: str) -> None:
    answer = running.page().request("GET", path, headers={"Accept-Language": "de"})
    assert answer.status_code == 404
    assert "Hier gibt es keine Seite" in answer.text
    assert "<Error>" not in answer.text


def test_api_not_found_keeps_its_problem_document(running: Running) -> None:
    answer = running.page().request("GET", "/polls/none")
    assert answer.status_code in {404, 422}
    assert json.loads(answer.text)["type"].startswith("/problems/")
