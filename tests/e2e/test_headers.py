"""Security headers of every kind of response, and CORS, which allows foreign pages nothing."""

import itertools
import json
from collections.abc import Iterator
from typing import Final

import pytest
from devkit.checkout import ROOT

from .live_stack import Running

NO_SUCH_POLL: Final = "0" * 26
DIRECTIVES: Final = {
    "default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'",
    "form-action 'none'", "require-trusted-types-for 'script'", "trusted-types 'none'",
}  # fmt: skip
STRICT: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# Pages, a script, successful responses, and errors of functions, of the gateway and of the distribution.
ANSWERS: Final = [
    ("GET", "/", 200), ("GET", "/admin/", 200), ("GET", "/admin", 200), ("GET", "/api.js", 200),
    ("GET", "/config.json", 200),
    ("GET", "/polls/active", 200), ("GET", f"/polls/{NO_SUCH_POLL}", 404), ("POST", "/voter-token", 200),
    ("POST", "/vote", 415), ("GET", "/admin/api/polls", 401), ("GET", "/none", 404),
    ("GET", "/p/", 404),
]  # fmt: skip
PATHS: Final = sorted({
    path.replace("{poll_id}", NO_SUCH_POLL)
    for document in (ROOT / "docs" / "api").glob("*.openapi.json")
    for path in json.loads(document.read_text())["paths"]
})  # fmt: skip
FOREIGN: Final = ["https://evil.example", "null", "http://localhost:1", "http://localhost.evil.example"]
METHODS: Final = ["GET", "POST", "PUT", "DELETE"]
IN_FULL: Final = ("/vote", "/admin/api/polls")
ASKED: Final = ["", "content-type", "authorization, x-origin-verify"]


@pytest.mark.covers("R32")
@pytest.mark.parametrize(("method", "path", "status"), ANSWERS)
def test_every_response_has_strict_security_headers(
    running: Running, method: str, path: str, status: int
) -> None:
    answer = running.page().request(method, path)
    assert answer.status_code == status, answer.text
    assert {name: answer.headers.get(name) for name in STRICT} == STRICT
    assert "max-age=63072000" in answer.headers["Strict-Transport-Security"]
    assert "apigw-requestid" not in answer.headers
    policy = answer.headers["Content-Security-Policy"]
    assert set(policy.split("; ")) >= DIRECTIVES
    assert "unsafe" not in policy
    assert "*" not in policy


def preflights(path: str) -> Iterator[tuple[str, str, str]]:
    """Yield preflights of a path: all combinations for one path of each API, otherwise each value once.

    An API's preflight function gets the same request for every path.
    """
    if path in IN_FULL:
        yield from itertools.product(FOREIGN, METHODS, ASKED)
    else:
        yield from zip(FOREIGN, METHODS, itertools.cycle(ASKED))


@pytest.mark.covers("T14", "R30")
def test_preflights_allow_foreign_origins_nothing(running: Running) -> None:
    assert set(IN_FULL) <= set(PATHS)
    offered: list[tuple[str, ...]] = []
    with running.http() as browser:
        for path in PATHS:
            for origin, method, headers in preflights(path):
                asked = {"Origin": origin, "Access-Control-Request-Method": method}
                asked |= {"Access-Control-Request-Headers": headers} if headers else {}
                answer = browser.options(path, headers=asked)
                allowed = [name for name in answer.headers if name.startswith("access-control-")]
                if answer.status_code not in {204, 403} or allowed:
                    offered.append((path, origin, method, headers, str(answer.status_code), *allowed))
    assert offered == []


@pytest.mark.covers("T14", "R31")
@pytest.mark.parametrize("origin", FOREIGN)
@pytest.mark.parametrize("path", ["/polls/active", f"/polls/{NO_SUCH_POLL}", f"/results/{NO_SUCH_POLL}"])
def test_foreign_origin_gets_no_cors_headers_and_responses_vary_by_origin(
    running: Running, path: str, origin: str
) -> None:
    answer = running.http(Origin=origin).get(path)
    assert answer.status_code in {200, 404}
    assert [name for name in answer.headers if name.startswith("access-control-")] == []
    assert "Origin" in answer.headers["Vary"]
