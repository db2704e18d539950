"""`dev plan`: quotas, settings and the bill of a poll of a given size, by simulation."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from math import inf
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from capacity.plan import Break, Need, Plan, broadcast_seconds, make_plan, name_of, outlives_its_function
from capacity.plot import plot as draw
from capacity.simulation import Scenario
from devkit.failure import Failure
from devkit.terminal import open_console, result_console
from rich.console import Console
from rich.table import Table

SHOWN_CEILINGS: Final = 4


def plan(  # noqa: PLR0917 (typer passes options by name)
    votes_per_second: Annotated[float, typer.Option(min=1, help="Votes per second at the peak.")],
    viewers: Annotated[int, typer.Option(min=0, help="Pages open at the same time.")],
    minutes: Annotated[float, typer.Option(min=0.1, help="Minutes in which votes come in.")] = 1,
    region: Annotated[str, typer.Option(help="AWS Region; newer ones have lower quotas.")] = "us-east-1",
    as_json: Annotated[bool, typer.Option("--json", help="Print the plan as JSON.")] = False,
    plot: Annotated[Path | None, typer.Option(help="Write a plot to this SVG file.")] = None,
) -> None:
    """Plan the quotas of a large poll.

    Simulates the poll within AWS's limits: quotas to request, settings, the bill, and where this and the
    literal design break. Needs no account.
    Exit status: 0 the plan holds, 1 it does not, 3 the simulation is not valid for this size.
    """
    if plot is not None and not plot.resolve().parent.is_dir():
        raise Failure(f"The folder of {plot} does not exist.", "Create it, or choose another file.", 2)
    console = open_console(stderr=True)
    with console.status("Simulating") as status:
        found = make_plan(
            Scenario(votes_per_second, viewers, minutes * 60),
            region,
            lambda step: status.update(f"Simulating {step}"),
        )
        if plot is not None:
            plot.write_text(draw(found), encoding="utf-8")
    if as_json:
        typer.echo(json.dumps(_as_json(found), indent=2))
    else:
        _show(found, result_console())
    if not found.holds:
        raise typer.Exit(1)


def _as_json(plan: Plan) -> dict[str, Any]:
    outcome, capacity = plan.outcome, plan.capacity
    return {
        "region": plan.region,
        "scenario": asdict(plan.scenario),
        "holds": plan.holds,
        "quotas": [_need(need) for need in plan.quotas],
        "fixed_limits": [_need(need) for need in plan.fixed],
        "settings": dict(_settings(plan)),
        "environments_per_function": plan.environments,
        "viewers_on_sockets": plan.sockets,
        "viewers_on_the_cache": plan.scenario.viewers - plan.sockets,
        "broadcast_window_seconds": broadcast_seconds(plan.breaks[0].design, plan.sockets, capacity),
        "simulated": {
            "offered": outcome.offered,
            "recorded": outcome.recorded,
            "recorded_at_once": outcome.recorded_at_once,
            "published": outcome.published,
            "seconds_to_cached_results_p95": _finite(outcome.seconds_until(outcome.published_curve, 0.95)),
            "seconds_to_sockets_p95": _finite(outcome.seconds_until(outcome.shown_curve, 0.95)),
        },
        "breaks": [
            {
                "design": broken.design.name,
                "limit": broken.limit or None,
                "votes_per_second": _finite(broken.votes_per_second),
                "sockets": broken.ramp.connections,
                "ceilings": {name_of(key): rate for key, rate in broken.ceilings if rate != inf},
                "seconds_of_a_broadcast": broadcast_seconds(broken.design, broken.ramp.connections, capacity),
            }
            for broken in plan.breaks
        ],
        "bill": {"dollars": plan.bill.dollars, "lines": dict(plan.bill.lines)},
    }


def _need(need: Need) -> dict[str, Any]:
    return {
        "name": need.name,
        "quota": need.quota,
        "unit": need.unit,
        "default": need.default,
        "needed": need.needed,
        "beyond_any_published_grant": need.is_unheard_of,
    }


def _finite(value: float) -> float | None:
    return None if value == inf else value


def _settings(plan: Plan) -> Iterable[tuple[str, float]]:
    capacity = plan.capacity
    for need in plan.stages:
        yield need.name, max(need.default, need.needed)
    for table, key in (("VotesLog", "warm_writes"), ("VotingState", "state_warm_writes")):
        writes = capacity.limits[key]
        yield f"{table}, WarmThroughput, WriteUnitsPerSecond", writes
        yield f"{table}, WarmThroughput, ReadUnitsPerSecond", max(capacity.limits["warm_reads"], 3 * writes)
    yield "VoteLogBuckets of vote-service", capacity.buckets
    yield "PollReplicas of vote-service", capacity.replicas
    if plan.environments > 100:  # noqa: PLR2004 (a function gets as many in a second)
        yield "ProvisionedConcurrency of vote-service", plan.environments
    yield "MaximumBatchingWindowInSeconds of CountVotesFunction", capacity.batching_seconds
    yield "BatchSize of CountVotesFunction", capacity.batch_size


def _show(plan: Plan, console: Console) -> None:
    scenario, outcome = plan.scenario, plan.outcome
    console.print(
        f"{scenario.votes_per_second:,.0f} votes a second for {scenario.seconds / 60:g} min, "
        f"{scenario.viewers:,} viewers, {plan.region}\n",
        style="bold",
    )
    quotas = Table("Quota", box=None, pad_edge=False, header_style="bold")
    for heading in ("Default", "Needed"):
        quotas.add_column(heading, justify="right")
    quotas.add_column("Service Quotas")
    for need in plan.quotas:
        style = "green" if need.is_enough else "yellow"
        note = " (more than any published grant)" if need.is_unheard_of else ""
        needed = f"[{style}]{need.needed:,.0f}[/] {need.unit}"
        quotas.add_row(need.name, f"{need.default:,.0f}", needed, "" if need.is_enough else need.quota + note)
    console.print(quotas)
    settings = Table("Setting", box=None, pad_edge=False, header_style="bold")
    settings.add_column("Value", justify="right")
    for name, value in _settings(plan):
        settings.add_row(name, f"{value:,.0f}")
    console.print()
    console.print(settings)
    share = plan.sockets / scenario.viewers if scenario.viewers else 0
    window = broadcast_seconds(plan.breaks[0].design, plan.sockets, plan.capacity)
    console.print(
        f"\nViewers: {plan.sockets:,} on sockets ({share:.0%}), a broadcast at most every {window:g} s; "
        f"{scenario.viewers - plan.sockets:,} on the cached results."
    )
    console.print(
        f"Simulated: {outcome.recorded:,} of {outcome.offered:,} votes recorded, "
        f"{outcome.recorded_at_once / max(1, outcome.offered):.1%} at the first attempt; 95 % of them are in "
        f"the published totals within {_seconds(outcome.seconds_until(outcome.published_curve, 0.95))}, on "
        f"pages with a socket within {_seconds(outcome.seconds_until(outcome.shown_curve, 0.95))}.\n",
        soft_wrap=True,
    )
    bill = Table("Bill", box=None, pad_edge=False, header_style="bold")
    bill.add_column("Dollars", justify="right")
    for name, dollars in sorted(plan.bill.lines.items(), key=lambda line: -line[1]):
        bill.add_row(name, f"{dollars:,.2f}")
    bill.add_row("all", f"{plan.bill.dollars:,.2f}", style="bold")
    console.print(bill)
    if plan.region != plan.priced_region:
        console.print(
            f"Prices are those of {plan.priced_region}; {plan.region} may be dearer.", soft_wrap=True
        )
    console.print()
    for broken in plan.breaks:
        _show_break(broken, plan, console)
    for need in plan.fixed:
        console.print(
            f"[red]✗[/] {need.name}: {need.needed:,.0f} {need.unit} are needed, AWS serves "
            f"{need.default:,.0f}, and no request raises it. The code must change.",
            soft_wrap=True,
        )
    mark = "[green]✓[/] The plan holds" if plan.holds else "[red]✗[/] The plan does not hold"
    console.print(f"{mark} in the simulation; nothing of it has been tried on AWS.", soft_wrap=True)


def _show_break(broken: Break, plan: Plan, console: Console) -> None:
    sockets = broken.ramp.connections
    lasting = broadcast_seconds(broken.design, sockets, plan.capacity)
    where = (
        f"breaks at {broken.votes_per_second:,.0f} votes a second: {broken.limit}"
        if broken.limit
        else "records all votes"
    )
    ends = ", longer than Lambda runs" if outlives_its_function(broken.design, sockets, plan.capacity) else ""
    console.print(
        f"{broken.design.name[0].upper()}{broken.design.name[1:]} at the default limits", style="bold"
    )
    console.print(f"  {where}; {sockets:,} sockets, a broadcast takes {lasting:,.0f} s{ends}", soft_wrap=True)
    for key, rate in broken.ceilings[:SHOWN_CEILINGS]:
        console.print(f"  {rate:>10,.0f} votes/s  {name_of(key)}", soft_wrap=True)
    console.print()


def _seconds(value: float) -> str:
    return "never" if value == inf else f"{value:.1f} s"
