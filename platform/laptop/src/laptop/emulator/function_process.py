"""The first steps of a function's process after its fork; ministack is not in its memory."""

import os
import runpy
import sys
import time
from multiprocessing.connection import Connection
from pathlib import Path


def become(script: str, cwd: str, environment: dict[str, str], streams: tuple[Connection, ...]) -> None:
    """Run `script` as a new Python would: with this environment, folder, import path and streams."""
    for number, end in enumerate(streams):
        os.dup2(end.fileno(), number)
        end.close()
    sys.stdin, sys.stdout = open(0, closefd=False), open(1, "w", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", buffering=1, errors="backslashreplace", closefd=False)  # noqa: SIM115
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    os.chdir(cwd)
    sys.argv, sys.path[0] = [script], str(Path(script).parent)
    runpy.run_path(script, run_name="__main__")
