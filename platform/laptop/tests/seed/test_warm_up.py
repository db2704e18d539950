"""Warm-up: cold functions are retried until each has answered; a failure names the function."""

import threading
from collections import Counter
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest
from devkit.failure import Failure
from devkit.progress import Progress
from devkit.time_limits import Allowance
from laptop import function_logs
from laptop.instance import Instance
from laptop.seed import warm_up
from laptop.seed.organiser import Organiser
from laptop.seed.warm_up import Call, NotYet, WarmUp
from rich.console import Console
from websockets.exceptions import InvalidHandshake

ERRORS: dict[str, Callable[[], Exception]] = {
    "a-refused-connection": lambda: ConnectionRefusedError("refused"),
    "a-request-that-times-out": lambda: httpx.ReadTimeout("slow"),
    "a-socket-that-does-not-open": lambda: InvalidHandshake("500"),
    "an-answer-of-its-own-fault": lambda: NotYet("/vote answered 502"),
}


class Clock:
    """Time that passes only while a retry waits."""

    def __init__(self) -> None:
        self.now = 0.0
        self.pauses: list[float] = []
        self._lock = threading.Lock()

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.pauses.append(seconds)
            self.now += seconds


def cold(times: int, error: Callable[[], Exception]) -> Callable[[], None]:
    left = [error() for _ in range(times)]

    def call() -> None:
        if left:
            raise left.pop()

    return call


def run(calls: list[Call], seconds: float = 60) -> tuple[dict[str, str], list[str], Clock]:
    clock = Clock()
    said: list[str] = []
    done = WarmUp(calls, Allowance(seconds, lambda: 1.0, clock), said.append, clock.sleep).run()
    return done, said, clock


@pytest.mark.parametrize("error", ERRORS.values(), ids=ERRORS)
def test_a_cold_function_is_called_again_until_it_answers(error: Callable[[], Exception]) -> None:
    missing, said, clock = run([Call("vote-wrapper", cold(5, error)), Call("ping", cold(0, error))])
    assert missing == {}
    assert len(clock.pauses) == 5
    assert said[0] == "0 of 2 functions answered; missing: vote-wrapper, ping"
    assert said[-1] == "2 of 2 functions answered"


def test_pauses_grow_with_jitter_and_stay_below_their_limit() -> None:
    _, _, clock = run([Call("connect", cold(12, lambda: NotYet("500")))], seconds=600)
    assert max(clock.pauses) <= warm_up.MAX_PAUSE_SECONDS
    assert max(clock.pauses[:2]) < max(clock.pauses[6:])
    assert len(set(clock.pauses)) > 6


def test_a_function_that_never_answers_ends_the_warm_up_with_its_last_failure() -> None:
    missing, said, _ = run(
        [Call("connect", cold(10_000, lambda: NotYet("/ws answered 500"))), Call("ping", cold(0, ValueError))]
    )
    assert missing == {"connect": "/ws answered 500"}
    assert said[-1] == "1 of 2 functions answered; missing: connect"


def test_an_unexpected_exception_is_not_retried() -> None:
    with pytest.raises(ZeroDivisionError):
        run([Call("connect", cold(1, ZeroDivisionError))])


def test_the_failure_names_each_function_with_the_end_of_its_log(monkeypatch: pytest.MonkeyPatch) -> None:
    def calls(*_: Any) -> list[Call]:
        return [Call("connect, ping", cold(10_000, lambda: NotYet("/ws answered 500")))]

    monkeypatch.setattr(warm_up, "functions_of_a_vote", calls)
    monkeypatch.setattr(warm_up, "stream_readers", lambda _: [])
    monkeypatch.setattr(warm_up, "WARM_UP_SECONDS", -1.0)
    monkeypatch.setattr(function_logs, "tail", lambda _, function: f"Traceback of {function}")
    progress = Progress(Console(quiet=True))
    with pytest.raises(Failure, match=r"No answer within .* from connect, ping") as failure:
        warm_up.warm_up(
            Instance.__new__(Instance), Organiser("o", "p"), progress, progress.announce("warm-up")
        )
    assert "/ws answered 500" in failure.value.advice
    assert "./dev logs connect):\nTraceback of connect" in failure.value.advice
    assert "Traceback of ping" in failure.value.advice


@pytest.fixture
def cold_site(tmp_path: Any) -> Any:
    """Serve a site over real HTTP; its functions answer 500, 502, 503, 504 and then 200."""
    seen: Counter[str] = Counter()

    class Cold(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen[self.path] += 1
            self.send_response([500, 502, 503, 504, 200][min(seen[self.path], 5) - 1])
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Cold) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield Instance(tmp_path, server.server_port), seen
        server.shutdown()


def test_every_kind_of_server_error_of_a_cold_function_is_retried(cold_site: Any) -> None:
    instance, seen = cold_site
    calls = [
        call
        for call in warm_up.functions_of_a_vote(instance, Organiser("organiser", "-"))
        if call.function in {"publish-site", "get-active-poll", "get-results"}
    ]
    assert run(calls)[0] == {}
    assert seen == dict.fromkeys(("/", "/polls/active", f"/results/{warm_up.NO_SUCH_POLL}"), 5)
