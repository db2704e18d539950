"""`dev up --lan` beside a stack that runs, and options that do not fit together."""

import signal
from pathlib import Path

import pytest
from devstack.commands import up as command
from devstack.emulator import process
from devstack.failure import Failure
from devstack.instance import Instance

PHONE_ADDRESS = "192.168.178.20"


@pytest.mark.parametrize(
    ("runs_at", "says"),
    [(None, "for this machine only"), ("10.0.0.7", "for phones at https://10.0.0.7:8080")],
)
def test_phones_are_let_in_at_a_start_only(
    runs_at: str | None, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "running_instance", lambda: Instance(tmp_path, lan=runs_at))
    monkeypatch.setattr(command, "state_directory", lambda: tmp_path)
    monkeypatch.setattr(process, "answers", lambda *_: True)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    with pytest.raises(Failure, match=says) as failure:
        command.up(lan=True, lan_address=PHONE_ADDRESS)
    assert "./dev down" in failure.value.advice


def test_an_address_without_the_flag_that_uses_it_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    with pytest.raises(Failure, match="--lan-address is for --lan"):
        command.up(lan_address=PHONE_ADDRESS)
