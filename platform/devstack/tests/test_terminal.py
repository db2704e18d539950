"""Command output to a pipe."""

from pathlib import Path

import devstack
import pytest
from devstack.terminal import open_console, result_console
from rich.table import Table

SOURCES = Path(devstack.__file__).parent


def test_a_long_path_stays_in_one_piece_in_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    path = "/srv/" + "very-long-name/" * 20
    table = Table.grid(padding=(0, 2))
    table.add_row("State", path)
    result_console().print(table)
    assert path in capsys.readouterr().out.splitlines()[0]


def test_a_fingerprint_is_printed_without_emoji(capsys: pytest.CaptureFixture[str]) -> None:
    open_console().print("56:32:B3:CD:23")
    assert capsys.readouterr().out == "56:32:B3:CD:23\n"


def test_no_module_opens_a_console_of_its_own() -> None:
    assert [
        str(path.relative_to(SOURCES))
        for path in SOURCES.rglob("*.py")
        if path.name != "terminal.py" and " Console(" in path.read_text().replace("=Console(", " Console(")
    ] == []
