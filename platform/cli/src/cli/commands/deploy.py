"""`dev deploy`: deploy stacks to an AWS account."""

import os
import sys
from typing import Annotated

import typer
from deploy.account import Account, choose_region
from deploy.aws import AwsDeployment
from deploy.domain import check_domain, find_zone, site_record
from deploy.environment import Environment, all_stacks, choose
from deploy.plan import StackPlan, as_json
from deploy.preflight import preflight
from deploy.sam.process import SamProcess
from deploy.samconfig import SamConfig
from devkit.checkout import ROOT, state_directory
from devkit.failure import Failure
from devkit.progress import Progress
from devkit.terminal import open_console
from rich.console import Console
from stacks.catalogue import Stack


def deploy(
    service: Annotated[
        str, typer.Argument(help="A service, such as poll-service; `all` for every stack in order.")
    ],
    environment: Annotated[
        str, typer.Option("--env", help="Environment: a section of the services' samconfig.toml.")
    ],
    region: Annotated[
        str | None, typer.Option(help="Such as eu-central-1; default: AWS_REGION, samconfig.toml, profile.")
    ] = None,
    domain: Annotated[
        str | None, typer.Option(help="The site's own domain, such as vote.example.com; with `all` only.")
    ] = None,
    account: Annotated[
        str | None, typer.Option(help="Refuse to deploy if the credentials are those of another account.")
    ] = None,
    *,
    parameter: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=VALUE", help="Such as Tracing=Active, for each stack that has it; kept afterwards."
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Deploy without a question.")] = False,
    plan_only: Annotated[bool, typer.Option("--plan", help="Print the plan and change nothing.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the plan as JSON and change nothing.")] = False,
) -> None:
    """Deploy a service to AWS.

    Checks the account, prints the changes of each stack, and deploys after a confirmation.
    """
    stacks = all_stacks(ROOT)
    chosen = choose(stacks, service)
    if domain and service != "all":
        raise Failure("A domain is that of the whole site.", "./dev deploy all --domain …", exit_status=2)
    pairs = [text.partition("=") for text in parameter or ()]
    if wrong := [name for name, equals, _ in pairs if not (name and equals)]:
        raise Failure(f"--parameter {wrong[0]} has no value.", "Write NAME=VALUE.", exit_status=2)
    console = open_console(stderr=json)
    credentials = sign_in(console, stacks, environment, region)
    zone = find_zone(check_domain(domain)) if domain else None
    named = {name: value for name, _, value in pairs}
    target = Environment(environment, credentials, stacks, domain, zone, named)
    for warning in preflight(target, chosen, account):
        console.print(f"! {warning}", markup=False, soft_wrap=True)
    deployment = AwsDeployment(target, SamProcess(state_directory() / "sam"), Progress(console))
    with deployment.progress:
        plans = deployment.plan(chosen)
    if json:
        typer.echo(as_json(plans))
        return
    print_plan(console, plans)
    if plan_only:
        return
    if not yes:
        confirm("Deploy this?")
    deployment.progress.steps.clear()
    with deployment.progress:
        deployment.run(chosen)
    print_site(console, target)


def sign_in(console: Console, stacks: list[Stack], environment: str, region: str | None) -> Account:
    """Return the account and Region of the command, and print them."""
    configured = {
        found
        for stack in stacks
        if stack.name != "edge" and (found := SamConfig.read(stack.folder, environment).region)
    }
    account = Account.read(choose_region(region, os.environ, configured))
    text = f"Account {account.number}, Region {account.region}, as {account.identity}"
    console.print(text, markup=False, soft_wrap=True)
    return account


def print_plan(console: Console, plans: list[StackPlan]) -> None:
    """Print the stacks in deploy order, with their changes."""
    for number, plan in enumerate(plans, 1):
        for line in plan.lines():
            console.print(f"{number}. {line}" if line[0] != " " else line, markup=False, soft_wrap=True)
    created = {plan.stack for plan in plans if plan.action == "create"}
    if "edge" in created and len(plans) > 1:
        console.print(
            "The front end gets certificate and firewall as soon as edge has made them.", soft_wrap=True
        )


def print_site(console: Console, environment: Environment) -> None:
    """Print the site's address, and the record to make by hand if the domain's zone is elsewhere."""
    frontend = environment.live("frontend")
    if frontend is None:
        console.print("The environment has no front end yet: ./dev deploy all completes it.")
        return
    console.print(f"Site: {frontend.outputs.get('SiteUrl')}", markup=False)
    domain = frontend.parameters.get("DomainName")
    if domain and not frontend.parameters.get("HostedZoneId"):
        record = site_record(domain, frontend.outputs["DistributionDomain"])
        console.print(
            f"Make this record in the zone of {domain}, if it is missing:\n  {record}", markup=False
        )


def confirm(question: str) -> None:
    """Ask for a confirmation.

    Raises:
        Failure: the answer is no, or there is no terminal to ask at.
    """
    if not sys.stdin.isatty():
        raise Failure("Nothing was changed: no terminal to confirm at.", "Pass --yes.", exit_status=2)
    if not typer.confirm(question):
        raise Failure("Nothing was changed.")
