"""A command's result in a pipe."""

import pytest
from devstack.terminal import result_console
from rich.table import Table


def test_a_long_path_stays_in_one_piece_in_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    path = "/srv/" + "very-long-name/" * 20
    table = Table.grid(padding=(0, 2))
    table.add_row("State", path)
    result_console().print(table)
    assert path in capsys.readouterr().out.splitlines()[0]
