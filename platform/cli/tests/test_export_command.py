"""`dev export` reports why it cannot export, and overwrites no other file."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from cli.commands.export import export
from contracts.problem import Problem, ProblemType
from devkit.failure import Failure
from laptop.results_api import TOKEN_VARIABLE
from testkit.ports import free_port

POLL = "7zq4m0x2v9c6k3t8hj5n1w0rge"
LINE = Path(__file__).parents[3] / "libs/contracts/examples/exported_vote_log.v1.last_page.json"


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[httpx.Response]:
    """Answers of the results API, in turn."""
    given: list[httpx.Response] = []

    @contextmanager
    def api(_site: str | None) -> Iterator[httpx.Client]:
        transport = httpx.MockTransport(lambda _: given.pop(0))
        with httpx.Client(base_url="https://vote.example", transport=transport) as client:
            yield client

    monkeypatch.setattr("cli.commands.export.results_api", api)
    return given


def test_vote_log_that_is_not_sealed_is_reported_with_the_reason(answers: list[httpx.Response]) -> None:
    problem = Problem.of(ProblemType.INVALID_STATE, "The log is not sealed yet")
    answers.append(httpx.Response(409, content=problem.model_dump_json()))
    with pytest.raises(Failure) as failure:
        export(POLL)
    assert failure.value.advice == "The log is not sealed yet"


def test_answer_that_is_no_vote_log_is_rejected(answers: list[httpx.Response], tmp_path: Path) -> None:
    answers.append(httpx.Response(200, content="<!doctype html>"))
    with pytest.raises(Failure, match=r"vote\.example did not answer with a vote log"):
        export(POLL, tmp_path / "log.jsonl", "https://vote.example")
    assert not (tmp_path / "log.jsonl").exists()


def test_other_file_is_not_overwritten(answers: list[httpx.Response], tmp_path: Path) -> None:
    file = tmp_path / "log.jsonl"
    file.write_text("other")
    answers.append(httpx.Response(200, content=LINE.read_bytes()))
    with pytest.raises(Failure, match="is not this vote log"):
        export(POLL, file)
    assert file.read_text() == "other"


def test_deployed_site_requires_an_access_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(TOKEN_VARIABLE, raising=False)
    with pytest.raises(Failure, match="ORGANISER_TOKEN is not set"):
        export(POLL, site="https://vote.example")


@pytest.mark.parametrize("site", ["http://127.0.0.1:{port}", "vote.example"])
def test_unreachable_site_is_reported(monkeypatch: pytest.MonkeyPatch, site: str) -> None:
    monkeypatch.setenv(TOKEN_VARIABLE, "token")
    with pytest.raises(Failure, match="cannot be reached"):
        export(POLL, site=site.format(port=free_port()))
