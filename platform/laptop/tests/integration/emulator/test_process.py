"""Starting and stopping the emulator's process."""

import os
import socket
from pathlib import Path
from typing import Any

import pytest
from devkit.failure import Failure
from laptop.emulator import process
from laptop.instance import Instance, running_instance
from testkit.ports import free_port

from .conftest import second_loopback


@pytest.mark.parametrize(("taken", "option"), [("port", "--port"), ("emulator_port", "--emulator-port")])
def test_a_taken_port_is_named_with_the_option_that_changes_it(
    tmp_path: Path, taken: str, option: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(Failure, match=f"Port {port} is already in use") as failure:
            process.start(Instance(tmp_path, **{"port": 1, "emulator_port": 1, taken: port}))
    assert option in failure.value.advice
    assert f"by process {os.getpid()} (" in str(failure.value)


def test_a_taken_port_at_the_local_networks_address_is_named(tmp_path: Path) -> None:
    lan = second_loopback()
    if lan is None:
        pytest.skip("this system has one loopback address")
    with socket.create_server((lan, 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(Failure, match=f"Port {port} is already in use") as failure:
            process.start(Instance(tmp_path, port, free_port(), lan))
    assert "--port" in failure.value.advice
    assert not list(tmp_path.iterdir()), "nothing is left"


def test_an_address_of_another_machine_is_rejected(tmp_path: Path) -> None:
    with pytest.raises(Failure, match=r"203\.0\.113\.9 is not an address of this machine"):
        process.start(Instance(tmp_path, free_port(), free_port(), "203.0.113.9"))


def test_stopping_a_stopped_instance_returns_false(tmp_path: Path) -> None:
    assert process.stop(Instance(tmp_path)) is False


def test_another_process_with_a_recorded_id_is_never_taken_for_the_emulator(tmp_path: Path) -> None:
    instance = Instance(tmp_path)
    instance.record_running(os.getpid())
    recorded = instance.running_file.read_text()
    instance.running_file.write_text(recorded.replace('"created": ', '"created": 1'))
    assert instance.pid() is None


def test_a_running_instance_is_found_with_its_ports(repaired: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEV_STATE", str(repaired.instance.state))
    assert running_instance() == repaired.instance
