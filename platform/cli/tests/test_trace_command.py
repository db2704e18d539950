"""`dev trace` accepts a receipt or a trace id, prints a timeline or JSON, and fails if a hop is missing."""

import json
from datetime import UTC, datetime, timedelta

import pytest
import typer
from cli.commands import trace as command
from cli.commands.trace import show, trace
from devkit.failure import Failure
from devkit.terminal import result_console
from laptop.vote_trace.local_stack import read_id
from laptop.vote_trace.timeline import Findings, Hop, Trace

RECEIPT = "7ZQ4-M0X2-V9C6-K3T8"
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
INCOMPLETE = Trace(
    "4" * 32,
    "7zq4m0x2v9c6k3t8hj5n1w0rge",
    (
        Hop("vote log", NOON, "poll 7zq4"),
        Hop("response", NOON + timedelta(milliseconds=1009), "[of POST] /vote"),
        Hop("counted", None, "not counted yet", "repeat this command"),
    ),
)


@pytest.mark.parametrize(
    "typed", [RECEIPT, "7zq4m0x2v9c6k3t8", " 7ZQ4 MOX2 V9C6-K3T8 ", "7zq4-m0x2-v9c6-k3t8"]
)
def test_receipt_may_be_typed_in_any_spelling(typed: str) -> None:
    assert read_id(typed) == RECEIPT


@pytest.mark.parametrize("typed", ["", "7ZQ4-M0X2", f"{RECEIPT}9", "U" * 16, "4" * 31, "G" * 32])
def test_mistyped_receipt_is_a_usage_error_with_both_formats(typed: str) -> None:
    with pytest.raises(Failure, match="neither a receipt nor a trace id") as failure:
        trace(typed)
    assert failure.value.exit_status == 2
    assert "32 hexadecimal digits" in failure.value.advice


def test_timeline_shows_differences_and_the_missing_hop_with_its_command(
    capsys: pytest.CaptureFixture[str],
) -> None:
    show(INCOMPLETE, result_console())
    head, first, second, third, advice = capsys.readouterr().out.splitlines()
    assert head == f"Trace {'4' * 32}"
    assert first.split()[1:] == ["●", "vote", "log", "poll", "7zq4"]
    assert "+1,009 ms" in second
    assert "[of POST] /vote" in second
    assert third.rstrip().endswith("counted   not counted yet")
    assert advice.strip() == "→ repeat this command"
    assert first.index("●") == second.index("●") == third.index("✗")


def test_missing_hop_is_exit_status_1_and_in_the_json(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "running", lambda: None)
    monkeypatch.setattr(command, "find", lambda *_: Findings("4" * 32, None, {}))
    monkeypatch.setattr(command, "trace_of", lambda *_: INCOMPLETE)
    with pytest.raises(typer.Exit) as ended:
        trace(RECEIPT, as_json=True)
    assert ended.value.exit_code == 1
    printed = json.loads(capsys.readouterr().out)
    assert (printed["complete"], printed["hops"][1]["ms"]) == (False, 1009)
    assert printed["hops"][2] | {"detail": ""} == {
        "hop": "counted", "at": None, "ms": None, "detail": "", "next_command": "repeat this command",
    }  # fmt: skip
