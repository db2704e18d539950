"""An exported CSV file is read back as spreadsheets read it: UTF-8 by its mark, separator by its lines.

LibreOffice 7.4 reads the same file with the same cells (ADR 58); it is too large a program for a test.
"""

import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

SITE: Final = Path(__file__).resolve().parents[2] / "site"
BUN: Final = str(Path(sys.executable).parent / "bun")
EXPORT: Final = (
    "import { withTexts } from 'SITE/logic/exports.js';"
    "const [csv, poll] = JSON.parse(process.argv.at(-1));"
    "process.stdout.write(withTexts(csv, poll));"
).replace("SITE", SITE.as_posix())
ROW: Final = "poll_id,a,b,difference,closes_at\r\n0abc,1204,987,-0.0512,2026-11-28T20:00:00.000Z\r\n"
TEXTS: Final = ("Tea or coffee?", "Größe ☕ שלום", 'a "b", c; d', "two\nlines", "tab\tinside")


def exported(question: str, a: str, b: str) -> bytes:
    poll = {"question": question, "options": {"a": {"label": a}, "b": {"label": b}}}
    script = [BUN, "-e", EXPORT, json.dumps([ROW, poll])]
    return subprocess.run(script, capture_output=True, check=True).stdout


def read_back(file: bytes) -> list[dict[str, str]]:
    text = file.decode("utf-8-sig")
    separator = csv.Sniffer().sniff(text.splitlines()[0]).delimiter
    return list(csv.DictReader(text.splitlines(keepends=True), delimiter=separator))


@pytest.mark.parametrize("text", TEXTS)
def test_spreadsheet_reads_texts_and_numbers_as_they_are(text: str) -> None:
    [row] = read_back(exported(text, f"1 {text}", f"2 {text}"))
    assert (row["question"], row["option_a"], row["option_b"]) == (text, f"1 {text}", f"2 {text}")
    assert (row["votes_a"], row["percent_a"], row["votes_b"], row["percent_b"]) == ("1204", "55", "987", "45")
    assert float(row["difference"]) == -0.0512, "a negative number is no formula"


def test_spreadsheet_recognises_the_encoding_by_the_byte_order_mark() -> None:
    assert exported("q", "a", "b").startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-A1", "@SUM(A1)", "\uff1d1", "  =1"])
def test_text_that_looks_like_a_formula_is_read_as_text(formula: str) -> None:
    [row] = read_back(exported(formula, "a", "b"))
    assert row["question"] == f"'{formula}"


def test_first_columns_are_those_for_people() -> None:
    [row] = read_back(exported("q", "a", "b"))
    first = ["question", "option_a", "votes_a", "percent_a", "option_b", "votes_b", "percent_b"]
    assert list(row)[: len(first)] == first
