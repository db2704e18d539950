"""Starts, monitors and stops the emulator's process."""

import errno
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from typing import Final

import httpx
import psutil
from devkit.failure import Failure
from devkit.time_limits import Allowance
from privileges import calls

from laptop.emulator import root_key
from laptop.instance import REGION, Instance
from laptop.lan import certificate

# On an idle machine; both scale with the measured speed of this machine.
START_SECONDS: Final = 60.0
STOP_SECONDS: Final = 60.0
STOP_POLL_SECONDS: Final = 1.0
LOG_TAIL_LINES: Final = 25
# A busy emulator answers late; it is not broken.
BUSY_SECONDS: Final = 60.0
# Functions inherit the emulator's environment, so it gets only the necessary variables and no AWS
# credentials. DEV_TEST_RUN marks the processes of a test run, so that all of them can be stopped;
# DEV_AWS_CALLS is the folder for the calls of such a run.
INHERITED: Final = (
    "PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "SSL_CERT_FILE", "DEV_TEST_RUN", calls.VARIABLE,
)  # fmt: skip


def environment(instance: Instance) -> dict[str, str]:
    """Return the environment of the emulator's process."""
    settings = {
        "AUTH": "true",
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(instance.emulator_port),
        "MINISTACK_REGION": REGION,
        "PERSIST_STATE": "1",
        "STATE_DIR": str(instance.emulator_state),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(instance.state / "s3"),
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "DOCKER_HOST": "unix:///nonexistent",
        "LOG_LEVEL": os.environ.get("DEV_EMULATOR_LOG", "WARNING"),
        "LOG_STREAMS_KEPT": os.environ.get("DEV_LOG_STREAMS", "100"),
        "WEAK_GUARANTEES": "1" if instance.weak_guarantees else "",
        "TMPDIR": str(instance.state / "tmp"),
        "PYTHONUNBUFFERED": "1",
    }
    return {name: os.environ[name] for name in INHERITED if name in os.environ} | settings


def start(instance: Instance) -> None:
    """Start the emulator in its own process session and return once it answers.

    Raises:
        Failure: a port is taken, or it exits or does not answer; with the tail of its log.
    """
    for port, option in ((instance.port, "--port"), (instance.emulator_port, "--emulator-port")):
        _refuse_taken("127.0.0.1", port, option)
    if instance.lan is not None:
        _refuse_taken(instance.lan, instance.port, "--port")
    shutil.rmtree(instance.state / "tmp", ignore_errors=True)
    (instance.state / "tmp").mkdir(parents=True)
    # The state directory holds the keys to the emulator, the site and its polls.
    instance.state.chmod(0o700)
    root_key.ensure(instance)
    if instance.lan is not None:
        certificate.ensure(instance, instance.lan)
    launch = [
        sys.executable,
        "-m",
        "laptop.emulator",
        str(instance.port),
        str(instance.state / "code"),
        str(instance.credentials_file),
        *([instance.lan, str(instance.lan_certificate_file)] if instance.lan else []),
    ]
    if instance.emulator_log.exists():
        instance.emulator_log.replace(instance.emulator_log_before)
    # The umask protects the saved state from other users: keys, password hashes, codes.
    with instance.emulator_log.open("wb") as log:
        process = subprocess.Popen(
            launch, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=instance.state,
            env=environment(instance), start_new_session=True, umask=0o077,
        )  # fmt: skip
    try:
        instance.record_running(process.pid)
    except OSError:
        # `down` could not find an unrecorded process.
        process.kill()
        process.wait()
        raise
    deadline = Allowance(START_SECONDS)
    while not answers(instance):
        if process.poll() is not None or deadline.passed():
            stop(instance)
            raise Failure("The emulator did not start.", log_tail(instance))
        time.sleep(0.05)


def stop(instance: Instance) -> bool:
    """Stop the emulator gracefully and wait until its state is saved; return whether it was running."""
    pid = instance.pid()
    if pid is None:
        instance.running_file.unlink(missing_ok=True)
        return False
    process = psutil.Process(pid)
    process.send_signal(signal.SIGTERM)
    deadline = Allowance(STOP_SECONDS)
    while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
        with suppress(psutil.TimeoutExpired):
            process.wait(STOP_POLL_SECONDS)
            break
        if deadline.passed():
            raise Failure(
                f"The emulator (process {pid}) is still saving its state after {deadline.elapsed():.0f} s.",
                f"See {instance.emulator_log}; `kill -9 {pid}` would lose all changes since its start.",
            )
    instance.running_file.unlink(missing_ok=True)
    return True


def function_processes(instance: Instance) -> list[psutil.Process]:
    """Return the processes of functions: they are forked from a child of the emulator."""
    pid = instance.pid()
    if pid is None:
        return []
    return [process for child in psutil.Process(pid).children() for process in child.children()]


def log_tail(instance: Instance) -> str:
    """Return the end of the emulator's log."""
    try:
        lines = instance.emulator_log.read_text(errors="replace").splitlines()
    except FileNotFoundError:
        return ""
    return "\n".join(lines[-LOG_TAIL_LINES:])


def answers(instance: Instance, seconds: float = 2.0) -> bool:
    """Return whether the emulator answers within `seconds`."""
    try:
        return httpx.get(f"{instance.endpoint}/_ministack/health", timeout=seconds).is_success
    except httpx.TransportError:
        return False


def _refuse_taken(host: str, port: int, option: str) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRNOTAVAIL:
                raise Failure(
                    f"{host} is not an address of this machine.",
                    "Omit --lan-address, or choose an address of this machine.",
                ) from None
            user = _user_of(port)
            raise Failure(
                f"Port {port} is already in use{f' by {user}' if user else ''}.",
                f"Choose another one: ./dev up {option} PORT",
            ) from None


def _user_of(port: int) -> str | None:
    """Return the process that listens on a port, if the system permits the query."""
    with suppress(psutil.Error):
        for connection in psutil.net_connections("tcp"):
            listens = connection.status == psutil.CONN_LISTEN and getattr(connection.laddr, "port", 0) == port
            if listens and connection.pid is not None:
                process = psutil.Process(connection.pid)
                return f"process {process.pid} ({' '.join(process.cmdline())[:120] or process.name()})"
    return None
