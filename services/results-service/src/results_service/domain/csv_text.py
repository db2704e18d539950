"""Write rows as CSV that every spreadsheet opens and none executes (CSV injection).

All values are ASCII today. So there is no byte order mark, and pages of one file can be concatenated. Lines
end as in RFC 4180.
"""

import csv
from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import Enum
from io import StringIO
from typing import Final

from contracts.model import format_instant

CSV: Final = "text/csv; charset=utf-8"

type Value = str | int | float | bool | Enum | datetime | None

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
"""First characters that make a spreadsheet evaluate a cell as a formula, or that hide such a character."""


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
        case float():
            return f"{value:.4f}"
        case datetime():
            return format_instant(value)
        case Enum():
            return _cell(value.value)
    text = str(value)
    # A negative number is no formula; a quote would turn it into text.
    return f"'{text}" if not isinstance(value, int) and text.startswith(FORMULA) else text
