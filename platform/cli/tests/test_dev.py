"""The sub-commands of `dev`, imported on use."""

import subprocess
import sys
from pathlib import Path

from cli import commands
from cli.dev import COMMANDS, Modules


def test_every_module_of_commands_is_a_sub_command_of_its_name() -> None:
    written = {path.stem for path in Path(str(commands.__file__)).parent.glob("[!_]*.py")}
    assert set(COMMANDS) == written
    assert [command.name for command in Modules().values()] == list(COMMANDS)


def test_start_imports_no_sub_command() -> None:
    loaded = "import sys, cli.dev; print([name for name in sys.modules if name.startswith('cli.commands.')])"
    assert subprocess.check_output([sys.executable, "-c", loaded], text=True).strip() == "[]"
