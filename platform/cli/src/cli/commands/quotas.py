"""`dev quotas`: the resources of an environment against AWS's default quotas."""

import json
from typing import Annotated

import typer
from deploy.environment import all_stacks
from deploy.quotas import TABLE, Inventory, QuotaTable, Usage, read_table, usages
from devkit.checkout import ROOT
from devkit.terminal import result_console
from rich.table import Table


def quotas(
    env: Annotated[
        str, typer.Option(help="Environment: a section of the services' samconfig.toml.")
    ] = "prod",
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Compare an environment with AWS's quotas.

    Counts the resources of the templates; needs no account. Exit status: 0 all fit, 1 a quota is exceeded.
    """
    table = read_table()
    found = usages(Inventory.read(all_stacks(ROOT), env), table)
    if as_json:
        typer.echo(json.dumps(_as_json(found, table, env), indent=2))
    else:
        _show(found, table, env)
    if any(usage.is_exceeded for usage in found):
        raise typer.Exit(1)


def _as_json(found: list[Usage], table: QuotaTable, env: str) -> dict[str, object]:
    rows = [
        {
            "name": usage.quota.name,
            "per": usage.quota.per,
            "used": usage.used,
            "quota": usage.quota.limit,
            "share": usage.share,
            "environments": usage.environments,
            "item": usage.item,
            "source": table.sources[usage.quota.source],
        }
        for usage in found
    ]
    passed = not any(usage.is_exceeded for usage in found)
    return {"environment": env, "passed": passed, "confirmed": str(table.confirmed), "quotas": rows}


def _show(found: list[Usage], table: QuotaTable, env: str) -> None:
    console = result_console()
    shown = Table("Quota", "Per", box=None, pad_edge=False, header_style="bold")
    for heading in ("Used", "Quota", "Share", "Environments"):
        shown.add_column(heading, justify="right")
    shown.add_column("Largest")
    for usage in found:
        style = "red" if usage.is_exceeded else "yellow" if usage.is_close else "green"
        shown.add_row(
            usage.quota.name,
            usage.quota.per,
            f"{usage.used:,}",
            "none" if usage.quota.limit is None else f"{usage.quota.limit:,}",
            "" if usage.share is None else f"[{style}]{usage.share:.0%}[/]",
            "" if usage.environments is None else f"{usage.environments:,}",
            usage.item,
        )
    console.print(shown)
    console.print()
    for usage in found:
        if usage.is_exceeded or usage.is_close:
            mark = "[red]✗[/]" if usage.is_exceeded else "[yellow]![/]"
            state = "exceeds" if usage.is_exceeded else "uses all of" if usage.share == 1 else "uses most of"
            place = f" of {usage.item}" if usage.item else ""
            console.print(
                f"{mark} {env} {state} the quota of {usage.quota.name} per {usage.quota.per}{place}: "
                f"{usage.used:,} of {usage.quota.limit:,}. {table.sources[usage.quota.source]}",
                soft_wrap=True,
            )
    fitting = [usage for usage in found if usage.environments is not None]
    fewest = min(fitting, key=lambda usage: usage.environments or 0)
    console.print(
        f"{fewest.environments} environments such as {env} fit into one account and Region; the limit is "
        f"{fewest.quota.name}. Default quotas as of {table.confirmed}: {TABLE.relative_to(ROOT)}.",
        soft_wrap=True,
    )
