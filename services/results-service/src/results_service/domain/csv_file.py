"""Rows as a CSV file that any spreadsheet opens and none runs.

Everything we write is ASCII today, so there is no byte order mark, and pages of one file can be joined as
they come. Lines end as RFC 4180 says.
"""

import csv
from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import Enum
from io import StringIO
from typing import Final

from contracts.model import format_instant

CSV: Final = "text/csv; charset=utf-8"

type Value = str | int | bool | Enum | datetime | None

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
"""With what a cell begins that a spreadsheet would run, or that would hide what it begins with."""


def csv_text(rows: Iterable[Sequence[Value]]) -> str:
    """Return the rows as CSV."""
    file = StringIO(newline="")
    csv.writer(file, lineterminator="\r\n").writerows([_cell(value) for value in row] for row in rows)
    return file.getvalue()


def _cell(value: Value) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime():
            return format_instant(value)
        case Enum():
            return _cell(value.value)
    text = str(value)
    # A number may begin with a minus: it is no formula, and with a quote it would be no number.
    return f"'{text}" if not isinstance(value, int) and text.startswith(FORMULA) else text
