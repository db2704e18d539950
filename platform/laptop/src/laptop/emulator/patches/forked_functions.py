"""Fork function processes from one that has imported the packages that they share.

ministack starts a new Python for each process; importing boto3, Powertools and Pydantic takes it 0.4 s of a
core. Lambda pays that price once per instance, too, but has the cores: a stack starts some sixty processes.
The function's own code and contracts are imported in the fork, so each process still starts fresh.
"""

import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from multiprocessing import util
from multiprocessing.connection import Connection
from typing import IO, Any, Final

from ministack.core import lambda_runtime

from laptop.emulator import function_process

PRELOADED: Final = (
    "boto3",
    "boto3.dynamodb.types",
    "botocore.handlers",
    "pydantic",
    "pydantic._internal._generate_schema",
    "pydantic._internal._validate_call",
    "aws_lambda_powertools",
    "aws_lambda_powertools.event_handler",
    "aws_lambda_powertools.metrics",
    "aws_lambda_powertools.utilities.batch",
    "aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event",
    "aws_lambda_powertools.utilities.parameters",
    function_process.__name__,
)

SHORT_FOLDER: Final = "/tmp"  # noqa: S108 (mkdtemp creates a folder that only its owner may open)

_context: Final = multiprocessing.get_context("forkserver")


class ForkedProcess:
    """A function's process, with the part of `subprocess.Popen` that ministack uses."""

    def __init__(self, script: str, cwd: str, environment: Mapping[str, str]) -> None:
        stdin, to_stdin = _context.Pipe(duplex=False)
        from_stdout, stdout = _context.Pipe(duplex=False)
        from_stderr, stderr = _context.Pipe(duplex=False)
        arguments = (script, cwd, dict(environment), (stdin, stdout, stderr))
        self._process = _context.Process(target=function_process.become, args=arguments, daemon=True)
        self._process.start()
        for theirs in (stdin, stdout, stderr):
            theirs.close()
        self.stdin = _text(to_stdin, "w")
        self.stdout, self.stderr = _text(from_stdout, "r"), _text(from_stderr, "r")
        self.pid = self._process.pid

    def poll(self) -> int | None:
        """Return the exit status, or None while the process runs."""
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int | None:
        """Wait until the process has ended."""
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired("function", timeout or 0.0)
        return self._process.exitcode

    def terminate(self) -> None:
        """End the process by SIGTERM, unless it has ended: its number may belong to another by now."""
        if self.poll() is None:
            self._process.terminate()

    def kill(self) -> None:
        """End the process by SIGKILL, unless it has ended."""
        if self.poll() is None:
            self._process.kill()


class _Subprocess:
    """The module `subprocess`, with a `Popen` that forks the workers of Python functions."""

    def __getattr__(self, name: str) -> Any:
        return getattr(subprocess, name)

    def Popen(self, command: Sequence[str], **settings: Any) -> Any:  # noqa: N802 (subprocess's name)
        """Start a process like `subprocess.Popen`."""
        program, *arguments = command
        if program == sys.executable and len(arguments) == 1:
            return ForkedProcess(arguments[0], settings["cwd"], settings["env"])
        return subprocess.Popen(command, **settings)


def apply() -> None:
    """Replace the way that ministack starts function processes, which are forked from one."""
    _use_short_paths()
    _context.set_forkserver_preload(list(PRELOADED))
    lambda_runtime.subprocess = _Subprocess()


def _use_short_paths() -> None:
    """Create the folder of the sockets to that process outside the checkout.

    The path of a socket has at most 107 characters; that of a checkout's temporary files may be longer.
    """
    configured, tempfile.tempdir = tempfile.tempdir, SHORT_FOLDER
    try:
        util.get_temp_dir()
    finally:
        tempfile.tempdir = configured


def _text(connection: Connection, mode: str) -> IO[str]:
    """Return a pipe's end as a text file that closes it."""
    file = os.fdopen(os.dup(connection.fileno()), mode, buffering=1)
    connection.close()
    return file
