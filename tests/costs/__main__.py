"""For `./dev bench cost`: `python -m tests.costs` prints the table as JSON; `cpu` the CPU of handlers."""

import io
import json
import sys
from contextlib import redirect_stdout

from .designs import handlers_cpu
from .table import report

with redirect_stdout(io.StringIO()):  # the functions' own lines
    found = (
        {name: round(seconds, 6) for name, seconds in handlers_cpu().items()} if sys.argv[1:] else report()
    )
sys.stdout.write(json.dumps(found) + "\n")
