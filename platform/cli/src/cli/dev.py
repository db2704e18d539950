"""`dev`: assembles the sub-commands, one module each."""

import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Annotated, Any, Final

import typer
from devkit.failure import Failure, disk_full
from devkit.terminal import open_console
from typer.core import TyperGroup
from typer.main import get_command

COMMANDS: Final = (
    "up", "down", "status", "logs", "trace", "crowd", "chaos", "recount", "redrive", "rebuild", "export",
    "test", "check", "privileges", "openapi", "screenshots", "deploy", "quotas", "plan", "smoke", "destroy",
    "rotate", "release", "bench", "yardstick",
)  # fmt: skip


class Modules(Mapping[str, Any]):
    """Sub-commands by name. Each module is imported on use: all of them take half a second of a core."""

    def __getitem__(self, name: str) -> Any:
        """Import a sub-command, or a group of them."""
        if name not in COMMANDS:
            raise KeyError(name)
        found = getattr(import_module(f"cli.commands.{name}"), name)
        if not isinstance(found, typer.Typer):
            function, found = found, typer.Typer(add_completion=False, rich_markup_mode=None)
            found.command(name)(function)
        command = get_command(found)
        command.name = name
        return command

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)


class Commands(TyperGroup):
    """The sub-commands of `dev`."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands: Any = Modules()

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 (Click's signature)
        """Return the names of all sub-commands."""
        return list(self.commands)


class Dev(typer.Typer):
    """A Typer that prints a failure and its advice instead of a traceback."""

    def __call__(self, *args: Any, **options: Any) -> Any:
        """Run the command line; on a failure, exit with its status."""
        try:
            return super().__call__(*args, **options)
        except Failure as failure:
            _tell(disk_full(failure) or failure)
            sys.exit(failure.exit_status)
        except OSError as error:
            full = disk_full(error)
            if full is None:
                raise
            _tell(full)
        sys.exit(1)


def _tell(failure: Failure) -> None:
    console = open_console(stderr=True, soft_wrap=True)
    console.print("[red]✗[/]", end=" ")
    console.print(str(failure), style="bold", markup=False)
    console.print(failure.advice, markup=False)


def _print_version(wanted: bool) -> None:
    if wanted:
        from releases.version import version  # noqa: PLC0415 (no other command needs it)

        typer.echo(version())
        raise typer.Exit


app = Dev(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@app.callback()
def dev(
    show_version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version of this checkout.", is_eager=True, callback=_print_version
        ),
    ] = False,
) -> None:
    """Run, test and deploy This or That."""
