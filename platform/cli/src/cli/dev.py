"""`dev`: assembles the sub-commands, one module each."""

import sys
from typing import Annotated, Any

import typer
from devkit.failure import Failure, disk_full
from devkit.terminal import open_console
from releases.version import version

from cli.commands.bench import bench
from cli.commands.chaos import chaos
from cli.commands.check import check
from cli.commands.crowd import crowd
from cli.commands.deploy import deploy
from cli.commands.destroy import destroy
from cli.commands.down import down
from cli.commands.export import export
from cli.commands.logs import logs
from cli.commands.openapi import openapi
from cli.commands.rebuild import rebuild
from cli.commands.recount import recount
from cli.commands.redrive import redrive
from cli.commands.release import release
from cli.commands.rotate import rotate
from cli.commands.screenshots import screenshots
from cli.commands.smoke import smoke
from cli.commands.status import status
from cli.commands.test import test
from cli.commands.up import up


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
        typer.echo(version())
        raise typer.Exit


app = Dev(
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


for command in (
    up, down, status, logs, crowd, chaos, recount, redrive, rebuild, export, test, check, openapi,
    screenshots, deploy, smoke, destroy, rotate, release,
):  # fmt: skip
    app.command()(command)
app.add_typer(bench, name="bench")
