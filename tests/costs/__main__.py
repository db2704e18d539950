"""For `./dev bench cost`: `python -m tests.costs` prints the table as JSON; `cpu` the CPU of handlers."""

import io
import json
import sys
from argparse import ArgumentParser
from contextlib import redirect_stdout

from .designs import handlers_cpu
from .table import report

parser = ArgumentParser(prog="python -m tests.costs")
parser.add_argument("part", nargs="?", choices=["cpu"])
part = parser.parse_args().part
with redirect_stdout(io.StringIO()):  # the functions' own lines
    found = (
        {name: round(seconds, 6) for name, seconds in handlers_cpu().items()} if part == "cpu" else report()
    )
sys.stdout.write(json.dumps(found) + "\n")
