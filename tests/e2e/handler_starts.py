"""Runs code, each time in a fork of a process that has imported only boto3: `python -I -S FILE RUNTIME`.

This process stands for a new environment of a function: only the packages in the folder RUNTIME are there. A
process for each function would import boto3 again, a third of a start's time.

Each line of standard input is a JSON object: `code`, `path` (more folders, first in the search path) and
`environment`. Each line of the output has the `modules` that the code imported and, in `outside`, those that
are in neither folder; or the `failure`, a traceback.
"""

import json
import os
import sys
import traceback
from pathlib import Path
from typing import Any

RUNTIME = sys.argv[1]
STANDARD_LIBRARY = str(Path(os.__file__).parent)

sys.path.insert(0, RUNTIME)

import boto3  # noqa: E402, F401


def run(code: str, path: list[str], environment: dict[str, str]) -> dict[str, Any]:
    """Run the code in this process, and return the line to print."""
    sys.path[:0] = path
    os.environ.update(environment)
    try:
        exec(code, {})  # noqa: S102 (written by the test)
    except BaseException:  # noqa: BLE001 (an import may raise anything)
        return {"failure": traceback.format_exc()}
    known = (*path, RUNTIME, STANDARD_LIBRARY)
    files = {name: getattr(module, "__file__", None) for name, module in sys.modules.items()}
    outside = [name for name, file in files.items() if file and not file.startswith((*known, __file__))]
    return {"modules": len(files), "outside": outside}


def answer(result: dict[str, Any]) -> None:
    """Print a line of the output."""
    sys.stdout.write(json.dumps(result) + "\n")
    sys.stdout.flush()


for line in sys.stdin:
    child = os.fork()
    if not child:
        answer(run(**json.loads(line)))
        os._exit(0)
    if ended := os.waitpid(child, 0)[1]:
        answer({"failure": f"wait status {ended}"})
