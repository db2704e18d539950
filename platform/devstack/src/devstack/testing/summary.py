"""What a run of tests says in the end: failures with the command that repeats each, counts, the slowest."""

import shlex
from collections.abc import Sequence
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from devstack.failure import says_disk_full
from devstack.testing.coverage import MIN_DOMAIN_BRANCHES, Reach
from devstack.testing.live import clock
from devstack.testing.run import NO_TESTS, REPORTS, Failed, LayerRun

SLOWEST: Final = 10
LOG_LINES: Final = 40


def repeat(failed: Failed) -> str:
    """Return the command that runs just this test again."""
    return f"./dev test {failed.layer} -- {shlex.quote(failed.test)}"


def is_good(run: LayerRun, *, chosen: bool) -> bool:
    """Report whether a layer went well; with arguments for pytest it may have nothing that they choose."""
    return run.exit_code in ({0, NO_TESTS} if chosen else {0})


def show_failures(runs: Sequence[LayerRun], console: Console, *, chosen: bool) -> None:
    """Print what each failed test said, and the end of the log where pytest itself failed."""
    for run in runs:
        for failed in run.failures.values():
            # Text: a parameter of a test may look like markup.
            console.rule(Text(f"{failed.layer}: {failed.test}"), style="red", align="left")
            console.print(failed.text, markup=False, soft_wrap=True)
            console.print(f"Again: {repeat(failed)}", markup=False, soft_wrap=True, style="bold")
        log = run.log.read_text(errors="replace") if run.log.exists() else ""
        if not is_good(run, chosen=chosen) and not run.failures:
            console.rule(f"{run.layer}: pytest ended with status {run.exit_code}", style="red", align="left")
            console.print("\n".join(log.splitlines()[-LOG_LINES:]), markup=False, soft_wrap=True)
        if says_disk_full(log + "".join(failed.text for failed in run.failures.values())):
            console.print("[red]✗[/] [bold]The disk is full.[/] Free some space, then run it again.")


def show_layers(runs: Sequence[LayerRun], console: Console, *, chosen: bool) -> None:
    """Print counts and time of each layer."""
    table = Table.grid(padding=(0, 2))
    for run in runs:
        mark = "[green]✓[/]" if is_good(run, chosen=chosen) else "[red]✗[/]"
        counted = f"{run.passed} passed, {run.failed} failed, {run.skipped} skipped"
        table.add_row(mark, run.layer.value, clock(run.seconds), f"{run.cpu_seconds:.0f} s CPU", counted)
    console.print()
    console.print(table)


def show_slowest(runs: Sequence[LayerRun], console: Console) -> None:
    """Print the tests that took longest."""
    durations = [(seconds, test) for run in runs for test, seconds in run.durations.items()]
    console.print("\nSlowest")
    for seconds, test in sorted(durations, reverse=True)[:SLOWEST]:
        console.print(f"{seconds:7.1f} s  {test}", markup=False, soft_wrap=True)


def show_reach(python: list[Reach] | None, logic: Reach | None, console: Console) -> bool:
    """Print the coverage of each package; return whether the packages of rules hold their limit."""
    console.print("\nCoverage")
    table = Table("", "lines", "branches", "", box=None, pad_edge=False, show_header=False)
    for reach in [*(python or []), *([logic] if logic else [])]:
        lines = (
            f"{100 * reach.lines_run / reach.lines:.0f} % of {reach.lines:,} lines" if reach.lines else "-"
        )
        branches = f"{reach.branch_percent:.1f} % of {reach.branches:,} branches" if reach.branches else "-"
        short = "" if reach.holds else f"[red]below {MIN_DOMAIN_BRANCHES:.0f} %[/]"
        table.add_row(reach.package, lines, branches, short)
    console.print(table)
    if logic is None:
        console.print("frontend logic (JavaScript): not measured, no report of bun")
    return all(reach.holds for reach in python or [])


def show_logs(console: Console) -> None:
    """Print where the rest is."""
    console.print(f"\nLogs and reports: {REPORTS}", markup=False)
