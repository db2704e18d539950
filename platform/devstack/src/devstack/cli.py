"""`dev`: assembles the sub-commands, one module each."""

import sys
from typing import Any

import typer

from devstack.commands.bench import bench
from devstack.commands.chaos import chaos
from devstack.commands.check import check
from devstack.commands.crowd import crowd
from devstack.commands.deploy import deploy
from devstack.commands.down import down
from devstack.commands.export import export
from devstack.commands.logs import logs
from devstack.commands.openapi import openapi
from devstack.commands.rebuild import rebuild
from devstack.commands.recount import recount
from devstack.commands.redrive import redrive
from devstack.commands.screenshots import screenshots
from devstack.commands.status import status
from devstack.commands.test import test
from devstack.commands.up import up
from devstack.failure import Failure, disk_full
from devstack.terminal import open_console


class Dev(typer.Typer):
    """A Typer that prints a failure and its advice instead of a traceback."""

    def __call__(self, *args: Any, **options: Any) -> Any:
        """Run the command line; exit status 1 on a failure."""
        try:
            return super().__call__(*args, **options)
        except Failure as failure:
            _tell(disk_full(failure) or failure)
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


app = Dev(
    help="Run, test and deploy This or That.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
for command in (
    up, down, status, logs, crowd, chaos, recount, redrive, rebuild, export, test, check, openapi,
    screenshots, deploy,
):  # fmt: skip
    app.command()(command)
app.add_typer(bench, name="bench")
