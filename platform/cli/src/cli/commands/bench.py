"""`dev bench`: benchmarks of the project's performance claims."""

import json
import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Self

import typer
from devkit.checkout import state_directory
from devkit.failure import Failure
from devkit.progress import Progress as Steps
from devkit.terminal import open_console, result_console
from laptop import rate_limit
from laptop.instance import Instance, running_instance
from laptop.upgrade import draw_order
from loadtest.bench import exactness as exactness_bench
from loadtest.bench import summary
from loadtest.bench import upgrade as upgrade_bench
from loadtest.bench.exactness import OURS, Exactness
from loadtest.bench.summary import NO_RATIO
from loadtest.bench.upgrade import UpgradeResult
from releases.git import extract
from releases.previous import ADVICE, previous_release
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from testrunner.browser import find_chromium
from testrunner.run import run_properties

if TYPE_CHECKING:
    from loadtest.bench.fan_out import FanOut
    from loadtest.bench.votes import Votes
    from loadtest.yardstick.checks import Result

_PLAIN_LINE_SECONDS: Final = 10.0

bench = typer.Typer(add_completion=False, rich_markup_mode=None)


@bench.callback(invoke_without_command=True)
def run_all(
    context: typer.Context,
    skip: Annotated[list[str] | None, typer.Option(help="Leave out this part; may be repeated.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print all results as JSON.")] = False,
) -> None:
    """Run benchmarks: one part, or all of them one after another.

    Without a part, it runs all of them and prints one line about each. Times are compared only while other
    programs use at most a fifth of the processors. "votes", "page" and "slow-page" need a running stack;
    "start" and "upgrade" start one of their own.
    Exit status: 1 if a part failed or missed its aim, 3 if one gave no ratio, otherwise 0.
    """
    if context.invoked_subcommand is not None:
        return
    unknown = sorted(set(skip or ()) - {part.name for part in summary.PARTS})
    if unknown:
        known = ", ".join(part.name for part in summary.PARTS)
        raise Failure(f"There is no part {', '.join(unknown)}.", f"The parts: {known}", exit_status=2)
    parts = [part for part in summary.PARTS if part.name not in (skip or ())]
    instance, outcomes = running_instance(), list[summary.Outcome]()
    progress = open_console(stderr=True)
    for outcome in summary.run_parts(parts, instance.pid() if instance else None):
        progress.print(f"{outcome.name}: {outcome.status}, {outcome.seconds:.0f} s", highlight=False)
        outcomes.append(outcome)
    if as_json:
        typer.echo(json.dumps({outcome.name: asdict(outcome) for outcome in outcomes}))
    else:
        rows = [
            (one.name, one.status, one.figure, f"{one.seconds:.0f} s", f"{one.others:.0%}")
            for one in outcomes
        ]
        headings = "part", "aim", "figures", "took", "other programs"
        result_console().print(_table("All benchmarks", headings, rows))
    found = {outcome.status for outcome in outcomes}
    if found & {summary.Status.FAILED, summary.Status.MISSED}:
        raise typer.Exit(1)
    if summary.Status.NO_RATIO in found:
        raise typer.Exit(NO_RATIO)


@bench.command()
def exactness(
    schedules: Annotated[int, typer.Option(min=1, help="Number of random fault schedules.")] = 20_000,
    seed: Annotated[int, typer.Option(min=0, help="First seed; each seed is one schedule.")] = 0,
    processes: Annotated[int, typer.Option(min=1, help="Number of parallel processes.")] = (
        os.process_cpu_count() or 1
    ),
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Check exact counting under random faults.

    Runs the real functions and four other counting schemes. Exit status: 0 if the real functions are never
    wrong and each other scheme sometimes is, otherwise 1.
    """
    began = time.monotonic()
    with _Shown(schedules, open_console(stderr=True)) as shown:
        found = exactness_bench.run(schedules, seed, processes, shown)
    seconds = time.monotonic() - began
    if as_json:
        outcome = {
            "schedules": found.schedules,
            "seed": seed,
            "wrong": found.wrong,
            "examples": found.examples,
        }
        typer.echo(json.dumps(outcome | {"as_claimed": found.as_claimed, "seconds": round(seconds, 1)}))
    else:
        _print(found, seconds, result_console())
    if not found.as_claimed:
        raise typer.Exit(1)


@bench.command()
def cost(
    plot: Annotated[Path | None, typer.Option(dir_okay=False, help="Write the table as an SVG plot.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """Compute the dollars of votes.

    Counts calls, units, messages and log bytes of the real functions and of the literal design of the brief
    in one run, and prices them by the table of platform/costs. Durations are assumptions.
    Exit status: 0 if a million votes at 1,000 a second cost at most $3.70, with 1,000 open pages at most 60 %
    of the literal design, and a vote in a batch of 1,000 at most 1.02 write units, otherwise 1.
    """
    from loadtest.bench import cost as cost_bench  # noqa: PLC0415 (imports a plotting library)

    found = cost_bench.measure()
    if plot is not None:
        cost_bench.draw(found, plot)
    if as_json:
        more = {"costs": found.batches, "faults": found.faults, "as_claimed": not found.faults}
        typer.echo(json.dumps(found.report | more))
    else:
        _print_cost(found.report, found.batches, result_console())
    for fault in found.faults:
        open_console(stderr=True).print(f"[red]✗[/] {fault}")
    if found.faults:
        raise typer.Exit(1)


@bench.command()
def votes(  # noqa: PLR0917 (typer passes options by name)
    voters: Annotated[int, typer.Option(min=1, help="Number of voters of a round.")] = 1000,
    at_once: Annotated[int, typer.Option(min=1, help="Number of concurrent voters.")] = 32,
    rounds: Annotated[int, typer.Option(min=1, help="Number of counted rounds of each design.")] = 3,
    pages: Annotated[int, typer.Option(min=1, help="Number of open pages on each design.")] = 10,
    crowds: Annotated[bool, typer.Option("--crowds", help="Also 500 and 600 votes at once.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Measure voters a second, beside the literal design.

    Lets voters vote through the running stack, this project and the literal design of the brief in turn,
    until all open pages have shown the last vote, and lets some tap twice. It gives no ratio of times if
    other programs use over a fifth of the processors, but always one of processor time.
    Exit status: 0 if the ratio is at least 2 and only the literal design miscounts, 3 without a ratio,
    otherwise 1.
    """
    from laptop.baseline import deploy_baseline  # noqa: PLC0415 (imports SAM)
    from loadtest.bench import votes as votes_bench  # noqa: PLC0415

    instance = running_instance()
    if instance is None:
        raise Failure("Not running.", "Start the stack: ./dev up --new-voters-per-network 100000")
    rate_limit.require(instance, voters * (rounds + 1) + sum(votes_bench.CROWDS) * crowds)
    with Steps(open_console(stderr=True)) as progress:
        literal = deploy_baseline(instance, votes_bench.POLL, progress)
        with progress.doing("double taps") as step:
            taps = votes_bench.double_taps(instance, literal)
            step.note = ", ".join(f"{name}: {one.counted_of}" for name, one in taps.items())
        with progress.doing("rounds") as step:
            found = votes_bench.measure(
                instance, literal, voters=voters, at_once=at_once, rounds=rounds, pages=pages, crowds=crowds
            )
            step.note = f"{rounds} of each design"
    if as_json:
        outcome = asdict(found) | {"ratio": found.ratio, "ratios": found.ratios, "cpu_ratio": found.cpu_ratio}
        typer.echo(json.dumps(outcome | {"double_taps": {name: asdict(one) for name, one in taps.items()}}))
    else:
        _print_votes(found, taps, result_console())
    if found.ratio is None:
        raise typer.Exit(NO_RATIO)
    if found.ratio < votes_bench.MIN_RATIO or not taps["ours"].exact or taps["literal"].exact:
        raise typer.Exit(1)


@bench.command()
def imports(
    rounds: Annotated[int, typer.Option(min=1, help="Number of imports of each function.")] = 7,
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """Measure imports and packages of functions.

    Imports each function on the way of a vote from its build artifact, and runs a script that makes the same
    boto3 clients, in turn: processor time, modules, and the zipped package.
    Exit status: 0 if each package has at most 6 MB, and 13 MB with libcurl, otherwise 1.
    """
    from loadtest.bench import imports as imports_bench  # noqa: PLC0415 (imports the templates)

    found = imports_bench.measure(Instance(state_directory()), rounds)
    if as_json:
        typer.echo(json.dumps([asdict(one) | {"ratio": one.ratio} for one in found]))
    else:
        rows = [
            (
                one.function, f"{one.package_bytes / 1e6:.2f} MB", f"{one.modules}", f"{one.bare_modules}",
                f"{one.cpu * 1000:.0f} ms", f"{one.bare_cpu * 1000:.0f} ms", f"{one.ratio:.2f}",
            )
            for one in found
        ]  # fmt: skip
        headings = (
            "function",
            "package",
            "modules",
            "of clients alone",
            "import, CPU",
            "clients alone",
            "ratio",
        )
        result_console().print(_table(f"Imports, median of {rounds}", headings, rows))
    if not all(one.as_claimed for one in found):
        raise typer.Exit(1)


@bench.command()
def broadcast(
    connections: Annotated[
        int, typer.Option(min=0, help="Also post to so many connections by a worker per shard.")
    ] = 0,
    plot: Annotated[Path | None, typer.Option(help="Write a plot to this SVG file.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """Measure the CPU of posts to WebSockets, and count messages per vote.

    Posts with boto3 and with realtime-service to an endpoint on this machine; plays votes through the real
    functions. Exit status: 0 if a post takes at most a tenth of boto3's CPU, 1,000 pages get at most 1.1
    messages per vote at 1,000 votes a second, and no worker's memory grows by over 32 MB, otherwise 1.
    """
    from loadtest.bench import broadcast as broadcast_bench  # noqa: PLC0415 (imports a service)

    found = broadcast_bench.measure(connections)
    if plot is not None:
        from loadtest.bench.broadcast_plot import plot as draw  # noqa: PLC0415 (no other command needs it)

        plot.write_text(draw(found.messages), encoding="utf-8")
    if as_json:
        more = {"ratio": found.ratio, "as_claimed": found.as_claimed}
        reached = {"fan_out": found.fan_out.as_json()} if found.fan_out else {}
        typer.echo(json.dumps(asdict(found) | more | reached))
    else:
        console = result_console()
        posts = Table(title=f"{broadcast_bench.POSTS:,} posts to a loopback endpoint")
        for heading in ("", "CPU per post", "CPU of all", "ratio"):
            posts.add_column(heading, justify="right")
        for name, cpu, ratio in (
            ("boto3 loop", found.boto3_cpu, 1.0),
            ("realtime-service", found.cpu, found.ratio),
        ):
            whole = f"{cpu * broadcast_bench.POSTS:.2f} s"
            posts.add_row(name, f"{cpu * 1000:.3f} ms", whole, f"1 : {ratio:.1f}")
        console.print(posts)
        table = Table(
            title="Messages per vote, and dollars of a million votes (one message per change and page)"
        )
        for heading in ("votes a second", "open pages", "messages per vote", "dollars", "final totals"):
            table.add_column(heading, justify="right")
        for one in found.messages:
            dollars = one["messages_per_vote"] * broadcast_bench.MESSAGE_DOLLARS * 1_000_000
            exact = "exact" if one["exact"] else "wrong"
            table.add_row(
                f"{one['rate']:,}",
                f"{one['audience']:,}",
                f"{one['messages_per_vote']:,.2f}",
                f"{dollars:,.2f}",
                exact,
            )
        console.print(table)
        if (fan_out := found.fan_out) is not None:
            console.print(
                f"{fan_out.connections:,} connections, {len(fan_out.workers)} workers at once: "
                f"{_reached(fan_out)} in {fan_out.seconds:.1f} s, {fan_out.cpu_per_post * 1000:.3f} ms of "
                f"CPU per post with its listing; a worker's memory grows by {fan_out.growth:.1f} MB at most",
                soft_wrap=True,
            )
    if not found.as_claimed:
        raise typer.Exit(1)


def _reached(fan_out: "FanOut") -> str:
    if not fan_out.missed:
        return "all posts"
    return f"[red]{fan_out.missed:,} of them got no post before this machine's time limit[/], the others"


@bench.command()
def properties() -> None:
    """Run all property tests with full effort.

    Tries the full number of random examples, different ones in each run. Exit status: pytest's.
    """
    code = run_properties()
    if code:
        raise typer.Exit(code)


@bench.command()
def page(
    runs: Annotated[int, typer.Option(min=1, help="Number of loads of each page.")] = 7,
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """Measure the first load of the voter's page.

    Loads the page of the running stack in Chromium: requests, bytes, largest contentful paint.
    Exit status: 0 if at most 9 requests and 32 KB compressed, all of our host, otherwise 1.
    """
    from loadtest.bench import page as page_bench  # noqa: PLC0415 (no other command needs a browser)

    instance, chromium = running_instance(), find_chromium()
    if instance is None or chromium is None:
        missing = "Not running." if instance is None else "Chromium was not found."
        advice = "Start the stack: ./dev up" if instance is None else "Install it, or set CHROMIUM."
        raise Failure(missing, advice)
    load = page_bench.measure(instance.site, chromium, runs)
    if as_json:
        typer.echo(json.dumps(asdict(load) | {"ratio": load.ratio, "runs": runs}))
    else:
        table = Table(title=f"The voter's page, {runs} first loads, compared with an empty page")
        for heading in ("requests", "compressed", "hosts", "largest paint", "empty page's", "ratio"):
            table.add_column(heading, justify="right")
        paints = f"{load.paint:.0f} ms", f"{load.empty_paint:.0f} ms", f"{load.ratio:.2f}"
        size = f"{load.compressed / 1024:.1f} KB"
        table.add_row(str(load.requests), size, str(len(load.hosts)), *paints)
        result_console().print(table)
    if not load.as_claimed:
        raise typer.Exit(1)


@bench.command("slow-page")
def slow_page(
    against: Annotated[
        str | None, typer.Option(help="The earlier revision; by default the last release.")
    ] = None,
    runs: Annotated[int, typer.Option(min=1, help="Number of votes with each page.")] = 5,
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """Compare the voter's page on a slow phone with an earlier one.

    Builds this checkout's page and that of an earlier revision, and votes with each, in turn, in Chromium
    with "Slow 3G" and a quarter of the processor.
    Exit status: 0 if a vote can be cast in at most 0.75 of the earlier page's time and is confirmed in at
    most 0.6 of it, otherwise 1.
    """
    from loadtest.bench import slow_page as slow_page_bench  # noqa: PLC0415 (no other command needs a browser)

    instance, chromium, revision = running_instance(), find_chromium(), against or previous_release()
    if instance is None or chromium is None or revision is None:
        missing, advice = (
            ("Not running.", "Start the stack: ./dev up")
            if instance is None
            else ("Chromium was not found.", "Install it, or set CHROMIUM.")
            if chromium is None
            else ("The earlier revision is missing.", ADVICE)
        )
        raise Failure(missing, advice)
    with tempfile.TemporaryDirectory() as scratch:
        earlier = extract(revision, Path(scratch, "earlier"), "services/frontend/site", "platform/build")
        found = slow_page_bench.measure(instance.site, chromium, runs, earlier, Path(scratch))
    if as_json:
        ratios = {"can_vote_ratio": found.can_vote_ratio, "confirmed_ratio": found.confirmed_ratio}
        typer.echo(json.dumps(asdict(found) | ratios | {"revision": revision, "runs": runs}))
    else:
        table = Table(title=f"A slow phone, {runs} votes with each page, medians")
        for heading in ("", f"page of {revision[:8]}", "this page", "ratio"):
            table.add_column(heading, justify="right")
        for name, before, now, ratio in (
            ("can vote", found.before.can_vote, found.now.can_vote, found.can_vote_ratio),
            ("vote confirmed", found.before.confirmed, found.now.confirmed, found.confirmed_ratio),
        ):
            table.add_row(name, f"{before:.1f} s", f"{now:.1f} s", f"{ratio:.2f}")
        result_console().print(table)
    if not found.as_claimed:
        raise typer.Exit(1)


@bench.command()
def dashboard(
    messages: Annotated[int, typer.Option(min=1, help="Number of result messages.")] = 1000,
    rate: Annotated[float, typer.Option(min=1, help="Messages per second.")] = 50.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """Measure the organisers' pages under load.

    Plays result messages into the dashboard and the presenter, and measures the longest main-thread task. It
    includes waits for a processor; the hardest task is processor time alone.
    Exit status: 0 if no task works over 200 ms and the final counts are exact, otherwise 1.
    """
    from loadtest.bench import dashboard as dashboard_bench  # noqa: PLC0415 (no other command needs a browser)

    chromium = find_chromium()
    if chromium is None:
        raise Failure("Chromium was not found.", "Install it, or set CHROMIUM.")
    found = dashboard_bench.measure(chromium, messages, rate)
    load = os.getloadavg()[0]
    if as_json:
        more = [{"longest": one.longest, "ratio": one.ratio, "as_claimed": one.as_claimed} for one in found]
        pages = [asdict(one) | derived for one, derived in zip(found, more, strict=True)]
        typer.echo(json.dumps({"pages": pages, "rate": rate, "load": load}))
    else:
        table = Table(title=f"{messages:,} messages, {rate:g} a second; load of the machine {load:.1f}")
        for heading in ("", "shown", "longest task", "hardest task", "a message adds", "moving : still"):
            table.add_column(heading, justify="right")
        for one in found:
            longest = f"{one.longest} ms" if one.longest else "below 50 ms"
            work = f"{one.worked:.1f} ms", f"{one.milliseconds_a_message:.1f} ms", f"{one.ratio:.0f}"
            table.add_row(one.page, one.shown, longest, *work)
        result_console().print(table)
    if not all(one.as_claimed for one in found):
        raise typer.Exit(1)


@bench.command()
def upgrade(
    seed: Annotated[
        int | None, typer.Option(min=0, help="Seed of an earlier run, to repeat its order.")
    ] = None,
    back: Annotated[
        bool, typer.Option("--back", help="Then deploy the previous release again, in another order.")
    ] = False,
    port: Annotated[int, typer.Option(help="Port of its site.")] = 8090,
    emulator_port: Annotated[int, typer.Option(help="Port of its AWS endpoint.")] = 4590,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Upgrade from the previous release under load.

    Starts a stack of its own with the previous release and deploys this checkout over it, stack by stack in a
    random order, while virtual voters vote.
    Exit status: 0 if every vote was confirmed and counted once and no record was rejected, otherwise 1.
    """
    state = state_directory() / "upgrade"
    shutil.rmtree(state, ignore_errors=True)
    drawn = secrets.randbelow(1_000_000) if seed is None else seed
    console = open_console(stderr=True)
    console.print(f"Order by --seed {drawn}: {', '.join(draw_order(drawn))}", highlight=False, soft_wrap=True)
    with Steps(console) as progress:
        found = upgrade_bench.measure(Instance(state, port, emulator_port), drawn, progress, back=back)
    if as_json:
        typer.echo(json.dumps(asdict(found) | {"as_claimed": found.as_claimed}))
    else:
        _print_upgrade(found, result_console())
    if not found.as_claimed:
        raise typer.Exit(1)


@bench.command()
def handlers(
    plot: Annotated[
        Path | None, typer.Option(dir_okay=False, help="Draw the slowest one's flame graph to this SVG file.")
    ] = None,
    function: Annotated[str | None, typer.Option(help="Draw this function's flame graph instead.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """Measure the CPU of each handler.

    Runs an event of each function again in memory: processor time without that of its AWS calls, whose
    responses are recorded. Functions that no event of the tests reaches are named.
    """
    from loadtest.bench import handlers as handlers_bench  # noqa: PLC0415 (like the other parts)

    found = handlers_bench.measure()
    if plot is not None:
        handlers_bench.draw(function or next(iter(found.seconds)), plot)
    if as_json:
        typer.echo(json.dumps(asdict(found)))
    else:
        rows = [(name, f"{seconds * 1000:.2f} ms") for name, seconds in found.seconds.items()]
        console = result_console()
        console.print(_table("CPU of an event, without AWS calls: median", ("function", "CPU"), rows))
        console.print(f"Not measured: {', '.join(found.not_measured)}", soft_wrap=True)


@bench.command()
def start(
    port: Annotated[int, typer.Option(help="Port of its site.")] = 8091,
    emulator_port: Annotated[int, typer.Option(help="Port of its AWS endpoint.")] = 4591,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Measure the start of a stack.

    Starts a stack of its own without any data, stops it and starts it again with nothing changed. Packages
    that an earlier start downloaded are not downloaded again.
    """
    from loadtest.bench import start as start_bench  # noqa: PLC0415 (imports SAM)

    state = state_directory() / "start"
    shutil.rmtree(state, ignore_errors=True)
    with Steps(open_console(stderr=True)) as progress:
        found = start_bench.measure(Instance(state, port, emulator_port), progress)
    if as_json:
        typer.echo(json.dumps(asdict(found)))
    else:
        result_console().print(
            f"Cold {found.cold:.1f} s, warm {found.warm:.1f} s until the stack takes votes; other programs "
            f"used {found.others:.0%} of the processors.",
            soft_wrap=True,
        )


def _print_cost(report: dict[str, Any], batches: list[dict[str, Any]], console: Console) -> None:
    prices = report["prices"]
    title = f"Dollars of a million votes ({prices['region']}, oldest price of {prices['oldest']})"
    headings = "votes a second", "open pages", "voting", "push", "literal: voting", "push", "share of literal"
    rows = [
        (
            f"{cell['rate']:,}", f"{cell['audience']:,}",
            *(f"{cell[design][part]:,.2f}" for design in ("ours", "literal") for part in ("voting", "push")),
            f"{cell['share']:.1%}",
        )
        for cell in report["cells"]
    ]  # fmt: skip
    console.print(_table(title, headings, rows))
    bills = [report["vote"][name]["dollars"] for name in ("ours", "literal")]
    lines = list(dict.fromkeys([*bills[0], *bills[1]]))
    parts = [(line, *(f"{bill.get(line, 0):.3f}" for bill in bills)) for line in lines]
    total = ("all", *(f"{sum(bill.values()):.3f}" for bill in bills))
    console.print(
        _table("Voting, a million at 1,000 a second, in dollars", ("", "ours", "literal"), [*parts, total])
    )
    voters = [(name, f"{dollars * 1_000_000:,.2f}") for name, dollars in report["voter"].items()]
    console.print(_table("A million voters, in dollars", ("", "dollars"), voters))
    edge = report["edge_dollars_per_voter"]
    plans = [
        (plan["name"], f"{plan['dollars']:,.0f}", f"{plan['voters']:,}", f"{plan['voters'] * edge:,.2f}")
        for plan in report["plans"]
    ]
    columns = "CloudFront plan", "dollars a month", "voters a month", "the same voters, pay as you go"
    console.print(_table("Flat-rate plans, firewall included", columns, plans))
    parts_of_units = "votes per batch", *batches[0]["writes"], "write units", "read units"
    units = [
        (
            f"{one['batch']:,}",
            *(f"{part:.3f}" for part in (*one["writes"].values(), one["write_units"], one["reads"])),
        )
        for one in batches
    ]
    title = "DynamoDB units per vote, one poll; reads without the list of open pages"
    console.print(_table(title, parts_of_units, units))


def _table(title: str, headings: Iterable[str], rows: Iterable[tuple[str, ...]]) -> Table:
    table = Table(title=title)
    for heading in headings:
        table.add_column(heading, justify="right" if table.columns else "left")
    for row in rows:
        table.add_row(*row)
    return table


def _print_votes(found: "Votes", taps: "dict[str, Result]", console: Console) -> None:
    rows = [
        (
            one.design, f"{one.voters_a_second:.1f}", f"{one.answered_a_second:.1f}",
            f"{one.cpu * 1000:.1f} ms", f"{one.vote.p50:,.0f} ms", f"{one.vote.p90:,.0f} ms",
            f"{one.vote.p99:,.0f} ms", str(one.errors),
        )
        for one in found.rounds
    ]  # fmt: skip
    headings = "design", "shown a second", "answered", "CPU of a voter", "vote p50", "p90", "p99", "errors"
    console.print(_table("Rounds in turn; a voter takes two requests in both designs", headings, rows))
    if found.crowds:
        many = [
            (
                one.name, str(one.requests), f"{one.times.p50:,.0f} ms", f"{one.times.p95:,.0f} ms",
                f"{one.times.p99:,.0f} ms", f"{one.errors / one.requests:.1%}",
            )
            for one in found.crowds
        ]  # fmt: skip
        columns = "at once", "requests", "p50", "p95", "p99", "errors"
        console.print(_table("At once from one address", columns, many))
    counted = [(name, str(one.voters), one.counted_of) for name, one in taps.items()]
    console.print(_table("Voters who tap twice", ("design", "voters", "counted of confirmed votes"), counted))
    ratios = ", ".join(f"{ratio:.2f}" for ratio in found.ratios)
    console.print(f"CPU of a voter: the literal design's is {found.cpu_ratio:.2f} times ours.")
    others = f"other programs used {found.others:.0%} of the processors"
    if found.ratio is None:
        console.print(
            f"[yellow]No ratio[/]: {others}; ratios of the rounds: {ratios}. Repeat it on a quiet machine."
        )
    else:
        console.print(f"Ratio to the literal design: {found.ratio:.2f} ({ratios}); {others}.")


def _print_upgrade(found: UpgradeResult, console: Console) -> None:
    table = Table(title=f"Upgrade from {found.revision[:12]}; {found.voters} voters, {found.consistency}")
    for heading in ("stack", "seconds", "votes answered", "slowest answer"):
        table.add_column(heading, justify="left" if heading == "stack" else "right")
    for one in found.deployments:
        table.add_row(one.stack, f"{one.seconds:.1f}", str(one.answers), f"{one.slowest_seconds:.2f} s")
    console.print(table)
    console.print(", ".join(f"{answer}: {count}" for answer, count in sorted(found.answers.items())))
    for check in found.checks:
        if not check.holds:
            console.print(f"[red]✗[/] {check.name}: {check.expected} / {check.found}")


class _Shown:
    """Progress display: a bar on a terminal, otherwise a line every 10 seconds."""

    def __init__(self, schedules: int, console: Console) -> None:
        columns = TextColumn("schedules"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
        self._bar = Progress(*columns, console=console, disable=not console.is_terminal)
        self._task = self._bar.add_task("", total=schedules)
        self._console, self._schedules, self._next = console, schedules, 0.0

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def __call__(self, found: Exactness) -> None:
        self._bar.update(self._task, completed=found.schedules)
        if not self._console.is_terminal and time.monotonic() >= self._next:
            self._next = time.monotonic() + _PLAIN_LINE_SECONDS
            line = f"{found.schedules:,} of {self._schedules:,} schedules, ours wrong in {found.wrong[OURS]}"
            self._console.print(line, highlight=False)


def _print(found: Exactness, seconds: float, console: Console) -> None:
    table = Table(title=f"{found.schedules:,} random fault schedules in {seconds:.0f} s")
    table.add_column("counting scheme")
    table.add_column("wrong", justify="right")
    table.add_column("share", justify="right")
    for name, wrong in found.wrong.items():
        good = (wrong == 0) is (name == OURS)
        label = f"{name} (ours)" if name == OURS else name
        table.add_row(label, f"{wrong:,}", f"{wrong / found.schedules:.1%}", style="" if good else "red")
    console.print(table)
    for seed, differences in found.examples.items():
        console.print(f"seed {seed}: {'; '.join(differences)}")
