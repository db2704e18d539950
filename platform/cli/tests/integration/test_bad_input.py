"""Failures of the environment are reported in one clear sentence and leave no process behind."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest
from devkit.checkout import ROOT
from devkit.failure import Failure, disk_full
from laptop.instance import Instance
from testkit.ports import free_port

pytestmark = pytest.mark.slow

DEV = Path(sys.executable).parent / "dev"
PATIENCE_SECONDS = 600
# ./dev installs uv there if the machine has none.
WITH_UV = f"{os.environ['PATH']}:{ROOT / '.dev' / 'uv' / 'bin'}"
ANSWERS = """
import http.server, sys
class Healthy(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers()
    def log_message(self, *_): pass
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Healthy).serve_forever()
"""


def run_dev(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [DEV, *arguments], env=os.environ | {"PATH": WITH_UV} | environment,
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip


def wait_until(condition: Callable[[], Any], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"timed out waiting for {what}"
        time.sleep(0.1)


def marked(name: str, value: str) -> list[str]:
    """Return the live processes with this environment variable."""
    found = []
    for process in psutil.process_iter():
        try:
            lives = process.status() != psutil.STATUS_ZOMBIE
            if lives and process.environ().get(name) == value:
                found.append(" ".join(process.cmdline()))
        except (psutil.Error, OSError):
            continue
    return found


def test_a_missing_chromium_stops_the_run_before_the_first_test(tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if name != "CHROMIUM"}
    done = subprocess.run(
        [DEV, "test", "browser"], env=kept | {"PATH": str(tmp_path), "DEV_TEST_REPORTS": str(tmp_path)},
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if Path("/Applications/Google Chrome.app").exists():
        pytest.skip("Chrome is found where macOS keeps it")
    assert done.returncode == 1
    assert "need Chromium, which is not installed" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_port_in_use_is_reported_with_its_process_and_no_process_is_left(tmp_path: Path) -> None:
    port = free_port()
    user = subprocess.Popen([sys.executable, "-c", ANSWERS, str(port)])
    try:
        wait_until(lambda: _listens(port), "the port to be taken")
        done = run_dev(
            "up", "--detach", "--port", str(port), "--emulator-port", str(free_port()),
            DEV_STATE=str(tmp_path / "state"), DEV_TEST_RUN=str(tmp_path),
        )  # fmt: skip
    finally:
        user.kill()
        user.wait()
    assert done.returncode == 1
    assert f"Port {port} is already in use by process {user.pid} (" in done.stderr
    wait_until(lambda: not marked("DEV_TEST_RUN", str(tmp_path)), "its processes to end")


def _listens(port: int) -> bool:
    return any(one.laddr[1:] == (port,) for one in psutil.net_connections("tcp") if one.status == "LISTEN")


def test_a_stack_of_another_version_is_reported_with_advice_and_keeps_running(tmp_path: Path) -> None:
    port = free_port()
    other = subprocess.Popen([sys.executable, "-c", ANSWERS, str(port)])
    try:
        wait_until(lambda: _listens(port), "the other stack")
        instance = Instance(tmp_path, free_port(), port)
        instance.record_running(other.pid, ready=True)
        recorded = json.loads(instance.running_file.read_text())
        instance.running_file.write_text(json.dumps(recorded | {"version": "of last week"}))
        arguments = ("--port", str(instance.port), "--emulator-port", str(port))
        done = run_dev("up", "--detach", *arguments, DEV_STATE=str(tmp_path))
        assert done.returncode == 1
        assert "was started by another version of the project" in done.stderr
        assert "`./dev down` stops it and keeps its polls and votes" in done.stderr
        assert other.poll() is None
        assert run_dev("down", DEV_STATE=str(tmp_path)).returncode == 0
        assert other.wait(PATIENCE_SECONDS) == -signal.SIGTERM
    finally:
        other.kill()
        other.wait()


def _may_mount() -> bool:
    tool = shutil.which("unshare")
    if tool is None:
        return False
    return subprocess.run([tool, "-rm", "true"], capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(not _may_mount(), reason="mounting a small file system needs user namespaces")
def test_a_full_disk_is_reported_in_one_sentence_and_no_process_is_left(tmp_path: Path) -> None:
    command = (
        'mount -t tmpfs -o size=64k tmpfs "$0" && { cat /dev/zero > "$0/full" 2>/dev/null; '
        'DEV_STATE="$0" exec "$1" up --detach --port "$2" --emulator-port "$3"; }'
    )
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", command, tmp_path, DEV, str(free_port()), str(free_port())],
        env=os.environ | {"DEV_TEST_RUN": str(tmp_path), "PATH": WITH_UV},
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "The disk is full" in done.stderr
    assert "Traceback" not in done.stderr
    wait_until(lambda: not marked("DEV_TEST_RUN", str(tmp_path)), "its processes to end")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_recognised_in_an_error_and_in_a_log() -> None:
    device = os.open("/dev/full", os.O_WRONLY)
    with pytest.raises(OSError, match="No space left on device") as full:
        os.write(device, b"x")
    os.close(device)
    assert "The disk is full" in str(disk_full(full.value))
    build = Failure("vote-service could not be built.", "OSError: [Errno 28] No space left on device")
    assert "The disk is full (vote-service could not be built.)" in str(disk_full(build))
    assert disk_full(FileNotFoundError(2, "No such file")) is None
    assert disk_full(Failure("The emulator did not start.")) is None


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_test_run_exits_with_130_and_leaves_no_process(
    tmp_path: Path, number: signal.Signals
) -> None:
    ours = {"DEV_TEST_REPORTS": str(tmp_path)}
    run = subprocess.Popen(
        [DEV, "test", "--service", "realtime-service"], env=os.environ | ours, start_new_session=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    events = tmp_path / "unit.events"
    wait_until(lambda: events.exists() and "collected" in events.read_text(), "the run to be under way")
    os.killpg(run.pid, number)
    printed, _ = run.communicate(timeout=PATIENCE_SECONDS)
    assert run.returncode == 130, printed
    assert "Interrupted" in printed
    assert "Traceback" not in printed
    wait_until(lambda: not marked("DEV_TEST_REPORTS", str(tmp_path)), "its processes to end")

    again = run_dev("test", "unit", "--", "libs/contracts/tests/test_instants.py", **ours)
    assert again.returncode == 0, again.stdout + again.stderr
    assert again.stdout.splitlines()[-1].endswith(" passed, 0 failed, 0 skipped")
