"""`dev up --fresh`: the state that it deletes."""

import signal
from pathlib import Path

import pytest
from cli.commands import up as command
from contracts.roles import Role
from laptop.instance import Instance
from laptop.seed import organiser


def test_fresh_deletes_the_password_of_every_role_and_keeps_downloads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "uv"
    kept.mkdir()
    files = [organiser.password_file(Instance(tmp_path), role) for role in Role]
    for file in files:
        file.write_text("{}")
    monkeypatch.setattr(command, "running_instance", lambda: None)
    monkeypatch.setattr(command, "state_directory", lambda: tmp_path)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    for later in ("bring_up", "read_status", "show"):
        monkeypatch.setattr(command, later, lambda *_: None)
    command.up(fresh=True, detach=True)
    assert [file.name for file in files if file.exists()] == []
    assert kept.exists()
