"""`dev rotate`: rotate the origin secret of an environment on AWS."""

from typing import Annotated

import typer
from deploy.aws import AwsDeployment
from deploy.environment import Environment, all_stacks, choose
from deploy.rotation import OriginRotation
from deploy.sam.process import SamProcess
from devkit.checkout import ROOT, state_directory
from devkit.progress import Progress
from devkit.terminal import open_console

from cli.commands.deploy import sign_in


def rotate(
    environment: Annotated[
        str, typer.Option("--env", help="Environment: a section of the services' samconfig.toml.")
    ],
    region: Annotated[
        str | None,
        typer.Option(help="Such as eu-central-1; default: AWS_REGION, samconfig.toml, profile."),
    ] = None,
) -> None:
    """Rotate the origin secret on AWS.

    Stores a new value, deploys the distribution with it, and removes the old value only after every edge
    sends the new one. Takes about fifteen minutes; after an interruption the same command continues.
    """
    stacks = all_stacks(ROOT)
    console = open_console()
    target = Environment(environment, sign_in(console, stacks, environment, region), stacks)
    with Progress(console) as progress:
        deployment = AwsDeployment(target, SamProcess(state_directory() / "sam"), progress)
        OriginRotation.of(target, lambda: deployment.run(choose(stacks, "frontend")), progress).run()
