"""Command output to a pipe."""

import pytest
from devkit.checkout import ROOT
from devkit.terminal import open_console, result_console
from rich.table import Table


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
    sources = list(ROOT.glob("platform/*/src/**/*.py"))
    assert len(sources) > 100
    assert [
        str(path.relative_to(ROOT))
        for path in sources
        if path.name != "terminal.py" and " Console(" in path.read_text().replace("=Console(", " Console(")
    ] == []
