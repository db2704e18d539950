"""`dev up --lan` and `--weak-guarantees` while a stack is running, and incompatible options."""

import signal
from pathlib import Path

import pytest
from cli.commands import up as command
from devkit.failure import Failure
from laptop.emulator import process
from laptop.instance import Instance

PHONE_ADDRESS = "192.168.178.20"


@pytest.mark.parametrize(
    ("runs_at", "says"),
    [(None, "for this machine only"), ("10.0.0.7", "for phones at https://10.0.0.7:8080")],
)
def test_lan_access_of_a_running_stack_needs_a_restart(
    runs_at: str | None, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "running_instance", lambda: Instance(tmp_path, lan=runs_at))
    monkeypatch.setattr(command, "state_directory", lambda: tmp_path)
    monkeypatch.setattr(process, "answers", lambda *_: True)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    with pytest.raises(Failure, match=says) as failure:
        command.up(lan=True, lan_address=PHONE_ADDRESS)
    assert "./dev down" in failure.value.advice


def test_weak_guarantees_of_a_running_stack_need_a_restart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "running_instance", lambda: Instance(tmp_path))
    monkeypatch.setattr(command, "state_directory", lambda: tmp_path)
    monkeypatch.setattr(process, "answers", lambda *_: True)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    with pytest.raises(Failure, match="with strong guarantees") as failure:
        command.up(weak_guarantees=True)
    assert "./dev down" in failure.value.advice


def test_a_lan_address_without_lan_is_rejected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    with pytest.raises(Failure, match="--lan-address needs --lan"):
        command.up(lan_address=PHONE_ADDRESS)
