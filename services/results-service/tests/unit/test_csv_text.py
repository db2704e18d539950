import csv
from datetime import UTC, datetime
from io import StringIO

import pytest
from contracts.enums import PollStatus
from hypothesis import given
from hypothesis import strategies as st
from results_service.domain.csv_text import FORMULA, csv_text

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


def read_back(text: str) -> list[list[str]]:
    return list(csv.reader(StringIO(text, newline=""), strict=True))


@given(st.lists(st.lists(TEXTS, min_size=2, max_size=5), min_size=1, max_size=5))
def test_any_text_is_read_back_as_it_was_but_for_the_quote_that_disarms_it(rows: list[list[str]]) -> None:
    wanted = [[f"'{cell}" if cell.startswith(FORMULA) else cell for cell in row] for row in rows]
    assert read_back(csv_text(rows)) == wanted


@pytest.mark.covers("T13")
@given(st.lists(TEXTS | st.integers() | st.none() | st.booleans(), min_size=2, max_size=5))
def test_no_cell_begins_as_a_formula_does_unless_it_is_a_number(row: list[str | int | bool | None]) -> None:
    (found,) = read_back(csv_text([row]))
    for cell, value in zip(found, row, strict=True):
        assert not cell.startswith(FORMULA) or (isinstance(value, int) and int(cell) == value)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("//evil")'])
def test_formula_is_escaped_as_text(text: str) -> None:
    assert read_back(csv_text([[text, ""]])) == [["'" + text, ""]]


def test_other_values_use_the_standard_formats() -> None:
    row = (None, True, False, -3, PollStatus.OPEN, datetime(2026, 11, 23, 18, tzinfo=UTC))
    assert csv_text([row]) == ",yes,no,-3,open,2026-11-23T18:00:00.000Z\r\n"
