"""`dev deploy`: deploy stacks to an AWS account."""

import os
from typing import Annotated

import typer
from deploy.account import Account, choose_region
from deploy.aws import AwsDeployment
from deploy.environment import Environment, all_stacks, choose
from deploy.preflight import preflight
from deploy.sam.process import SamProcess
from deploy.samconfig import SamConfig
from devkit.checkout import ROOT, state_directory
from devkit.progress import Progress
from devkit.terminal import open_console


def deploy(
    service: Annotated[
        str, typer.Argument(help="A service, such as poll-service; `all` for every stack in order.")
    ],
    environment: Annotated[
        str, typer.Option("--env", help="Environment: a section of the services' samconfig.toml.")
    ],
    region: Annotated[
        str | None,
        typer.Option(help="Such as eu-central-1; default: AWS_REGION, samconfig.toml, profile."),
    ] = None,
    account: Annotated[
        str | None, typer.Option(help="Refuse to deploy if the credentials are those of another account.")
    ] = None,
) -> None:
    """Deploy a service to AWS.

    Builds the service, and deploys it with the settings of its samconfig.toml.
    """
    stacks = all_stacks(ROOT)
    chosen = choose(stacks, service)
    configured = {
        found
        for stack in chosen
        if stack.name != "edge" and (found := SamConfig.read(stack.folder, environment).region)
    }
    credentials = Account.read(choose_region(region, os.environ, configured))
    console = open_console()
    console.print(f"Account {credentials.number}, Region {credentials.region}, as {credentials.identity}")
    target = Environment(environment, credentials, stacks)
    for warning in preflight(target, chosen, account):
        console.print(f"! {warning}", markup=False, soft_wrap=True)
    with Progress(console) as progress:
        AwsDeployment(target, SamProcess(state_directory() / "sam"), progress).run(chosen)
