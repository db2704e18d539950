"""Summary of a test run: failures with commands to repeat them, counts, slowest tests, coverage."""

import shlex
from collections.abc import Sequence
from typing import Final

from devkit.failure import says_disk_full
from rich.console import Console
from rich.table import Table
from rich.text import Text

from testrunner.coverage import MIN_DOMAIN_BRANCHES, Reach
from testrunner.live import clock
from testrunner.run import NO_TESTS, REPORTS, Failed, LayerRun

SLOWEST: Final = 10
LOG_LINES: Final = 40


def repeat(failed: Failed) -> str:
    """Return the command that repeats this test."""
    return f"./dev test {failed.layer} -- {shlex.quote(failed.test)}"


def is_good(run: LayerRun, *, chosen: bool) -> bool:
    """Return whether a layer passed; with pytest arguments a layer without selected tests also passes."""
    return run.exit_code in ({0, NO_TESTS} if chosen else {0})


def show_failures(runs: Sequence[LayerRun], console: Console, *, chosen: bool) -> None:
    """Print the output of each failed test, and the end of the log if pytest itself failed."""
    for run in runs:
        for failed in run.failures.values():
            # `Text`, because a test's parameter may look like markup.
            console.rule(Text(f"{failed.layer}: {failed.test}"), style="red", align="left")
            console.print(failed.text, markup=False, soft_wrap=True)
            console.print(f"Repeat: {repeat(failed)}", markup=False, soft_wrap=True, style="bold")
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
    """Print the slowest tests."""
    durations = [(seconds, test) for run in runs for test, seconds in run.durations.items()]
    console.print("\nSlowest")
    for seconds, test in sorted(durations, reverse=True)[:SLOWEST]:
        console.print(f"{seconds:7.1f} s  {test}", markup=False, soft_wrap=True)


def show_reach(python: list[Reach] | None, logic: Reach | None, console: Console) -> bool:
    """Print the coverage of each package; return whether the domain packages reach their minimum."""
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
        console.print("frontend logic (JavaScript): not measured, no report from Bun")
    return all(reach.holds for reach in python or [])


def show_logs(console: Console) -> None:
    """Print the folder of logs and reports."""
    console.print(f"\nLogs and reports: {REPORTS}", markup=False)
