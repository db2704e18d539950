"""`dev deploy`: deploy stacks to an AWS account."""

from typing import Annotated

import typer
from deploy.aws import AwsDeployment
from deploy.sam.process import SamProcess
from devkit.checkout import ROOT, state_directory
from devkit.failure import Failure
from devkit.progress import Progress
from devkit.terminal import open_console
from stacks.catalogue import in_deploy_order


def deploy(
    service: Annotated[
        str, typer.Argument(help="A service, such as poll-service; `all` for every stack in order.")
    ],
    environment: Annotated[
        str, typer.Option("--env", help="Environment: a section of the services' samconfig.toml.")
    ],
    site_origin: Annotated[
        str | None,
        typer.Option(help="Such as https://vote.example.com; default: the distribution's own address."),
    ] = None,
) -> None:
    """Deploy a service to AWS.

    Builds the service, and deploys it with the settings of its samconfig.toml.
    """
    stacks = in_deploy_order(ROOT)
    chosen = [stack for stack in stacks if service in {stack.name, "all"}]
    if not chosen:
        raise Failure(
            f"Unknown service {service}.", f"Services: {', '.join(one.name for one in stacks)}, all."
        )
    with Progress(open_console()) as progress:
        AwsDeployment(environment, SamProcess(state_directory() / "sam"), progress).run(chosen, site_origin)
