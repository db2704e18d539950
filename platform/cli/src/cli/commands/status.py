"""`dev status`: show the state of the stack and its addresses."""

import json
from typing import Annotated

import typer
from devkit.terminal import result_console
from laptop.instance import running_instance
from laptop.rate_limit import allowed
from laptop.readiness import Readiness, read_status
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

NOT_READY = 1
NOT_RUNNING = 3


def status(
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """Show the stack's status and addresses.

    Exit status: 0 ready, 1 running but not ready, 3 not running.
    """
    instance = running_instance()
    if instance is None:
        typer.echo(json.dumps({"ready": False}) if as_json else "Not running. Start it: ./dev up")
        raise typer.Exit(NOT_RUNNING)
    seen = read_status(instance)
    if as_json:
        typer.echo(json.dumps(seen.as_json(), indent=2))
    else:
        show(seen, result_console())
    if not seen.ready:
        raise typer.Exit(NOT_READY)


def show(seen: Readiness, console: Console) -> None:
    """Print the addresses, the sign-in, the active poll and the stacks."""
    facts = seen.as_json()
    table = Table.grid("", Column(overflow="fold"), padding=(0, 2))
    table.add_row("Vote", f"[bold]{facts['site']}[/]")
    if lan := facts["lan"]:
        table.add_row("Vote by phone", f"[bold]{lan['site']}[/]")
        table.add_row("", f"certificate authority: {lan['authority_file']}")
    table.add_row("Organise", f"[bold]{facts['admin']}[/]")
    for role, account in facts["organisers"].items():
        table.add_row("", f"{role:<6}  {account['username']:<9}  {account['password']}")
    table.add_row("AWS endpoint", facts["aws_endpoint_url"])
    file, profile = facts["aws_credentials_file"], facts["aws_profile"]
    table.add_row("", f"AWS_SHARED_CREDENTIALS_FILE={file} aws --profile {profile} …")
    table.add_row("New voters", f"{allowed(seen.instance)} from one address in 5 minutes")
    if seen.instance.weak_guarantees:
        table.add_row("Guarantees", "as weak as on AWS: late schedules, stale reads, repeated deliveries")
    table.add_row("Active poll", escape(facts["active_poll"]["question"]) if facts["active_poll"] else "none")
    failed = [
        f"{one['name']} {one['status']}" for one in seen.stacks if not one["status"].endswith("_COMPLETE")
    ]
    table.add_row("Stacks", f"{len(seen.stacks)} deployed" + "".join(f", {one}" for one in failed))
    table.add_row("Release", ", ".join(sorted({one["release"] for one in seen.stacks})))
    table.add_row("State", str(seen.instance.state))
    console.print(table)
    if not seen.ready:
        console.print("[yellow]Not ready: run `./dev up`.[/]")
