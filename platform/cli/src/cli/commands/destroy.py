"""`dev destroy`: delete an environment from an AWS account."""

import sys
from typing import Annotated

import typer
from deploy.destroy import Destruction
from deploy.environment import Environment, all_stacks
from devkit.checkout import ROOT
from devkit.failure import Failure
from devkit.progress import Progress
from devkit.terminal import open_console

from cli.commands.deploy import sign_in


def destroy(
    environment: Annotated[
        str, typer.Option("--env", help="Environment: a section of the services' samconfig.toml.")
    ],
    region: Annotated[
        str | None, typer.Option(help="Such as eu-central-1; default: AWS_REGION, samconfig.toml, profile.")
    ] = None,
    confirm: Annotated[
        str | None, typer.Option(help="The environment's name, instead of the question for it.")
    ] = None,
    *,
    everything: Annotated[
        bool, typer.Option("--everything", help="Also delete tables, buckets, secrets and members.")
    ] = False,
) -> None:
    """Delete an environment from AWS.

    Prints the losses and the parts that stay, then asks for the environment's name.
    """
    console = open_console()
    stacks = all_stacks(ROOT)
    target = Environment(environment, sign_in(console, stacks, environment, region), stacks)
    destruction = Destruction(target, Progress(console))
    inventory = destruction.inventory()
    if inventory.is_empty:
        console.print(f"Nothing of {environment} exists in this account and Region.", markup=False)
        return
    for line in inventory.lines(everything=everything):
        console.print(line, markup=False, soft_wrap=True)
    if confirm is None and sys.stdin.isatty():
        confirm = typer.prompt("Name of the environment to delete")
    if confirm != environment:
        raise Failure(
            "Nothing was deleted: the name of the environment was not confirmed.",
            f"Type it when asked, or pass --confirm {environment}.",
            exit_status=2,
        )
    with destruction.progress:
        destruction.run(inventory, everything=everything)
