"""Output of a load test: progress while it runs, then the comparison, as text or JSON."""

import asyncio
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Final

from rich.console import Console, Group
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar
from rich.table import Table
from rich.text import Text

from loadtest.crowd.latency import spread
from loadtest.crowd.run import CrowdPlan, Outcome, Progress

_REDRAW_SECONDS: Final = 0.25
_PLAIN_LINE_SECONDS: Final = 5.0


async def show_progress(plan: CrowdPlan, progress: Progress, console: Console) -> None:
    """Show the progress until cancelled: a live display on a terminal, otherwise a line every 5 seconds."""
    if console.is_terminal:
        await _show_live(plan, progress, console)
        return
    while True:
        await asyncio.sleep(_PLAIN_LINE_SECONDS)
        console.print(_status_line(plan, progress), highlight=False)


def print_outcome(plan: CrowdPlan, outcome: Outcome, console: Console) -> None:
    """Print the summary, the comparison and the latencies."""
    labels = outcome.poll.options
    console.print()
    console.print(
        f"[bold]{outcome.poll.question}[/]  A: {labels.a.label} · B: {labels.b.label}", highlight=False
    )
    console.print(
        f"{len(outcome.records)} voters in {outcome.seconds:.1f} s "
        f"({len(outcome.records) / outcome.seconds:.1f} a second; requested {plan.rate:g}) · "
        f"results before: {outcome.before.total}, after: {outcome.after.total} · seed {plan.seed}",
        highlight=False,
    )
    answered = ", ".join(f"{label}: {count}" for label, count in sorted(outcome.answers.items()) if count)
    console.print(f"answers: {answered} · sent again: {_resent(outcome)}", highlight=False)
    console.print(_comparison(outcome), _latency_table(outcome))
    if outcome.exact:
        console.print("[green]✓ the results match all answers[/]")
    else:
        console.print(
            "[red]✗ the results differ from the answers[/] "
            "(votes from outside the load test also count as a difference)"
        )


def outcome_json(plan: CrowdPlan, outcome: Outcome) -> dict[str, Any]:
    """Return the outcome as JSON, with the same facts as the printed summary."""
    latencies = {
        "from_sending_ms": spread(outcome.latencies.from_sending),
        "from_answer_ms": spread(outcome.latencies.from_answer),
    }
    return {
        "exact": outcome.exact,
        "poll_id": outcome.poll.poll_id,
        "voters": len(outcome.records),
        "seconds": round(outcome.seconds, 3),
        "seed": plan.seed,
        "before": outcome.before.counts.model_dump(),
        "after": outcome.after.counts.model_dump(),
        "answers": {label: count for label, count in outcome.answers.items() if count},
        "sent_again": _resent(outcome),
        "checks": [asdict(check) | {"holds": check.holds} for check in outcome.checks],
        "latency": {name: asdict(found) if found else None for name, found in latencies.items()},
    }


def _resent(outcome: Outcome) -> int:
    return sum(reply.attempts - 1 for record in outcome.records for reply in record.replies)


def _comparison(outcome: Outcome) -> Table:
    table = Table(box=None, pad_edge=False, title_justify="left", title="\nExpected and found")
    table.add_column("")
    table.add_column("check")
    table.add_column("expected", justify="right")
    table.add_column("found", justify="right")
    for check in outcome.checks:
        mark = Text("✓", style="green") if check.holds else Text("✗", style="red")
        style = "" if check.holds else "red"
        table.add_row(mark, check.name, str(check.expected), _found(check.found), style=style)
    return table


def _found(found: int) -> str:
    return str(found) if found >= 0 else "none"


def _latency_table(outcome: Outcome) -> Table:
    table = Table(
        box=None,
        pad_edge=False,
        title_justify="left",
        title="\nVote → another open page (this machine's loopback)",
    )
    table.add_column("milliseconds")
    for name in ("measured", "p50", "p90", "p95", "p99", "slowest"):
        table.add_column(name, justify="right")
    rows: Sequence[tuple[str, list[float]]] = (
        ("from sending the vote", outcome.latencies.from_sending),
        ("from its answer", outcome.latencies.from_answer),
    )
    for name, seconds in rows:
        found = spread(seconds)
        figures = [found.p50, found.p90, found.p95, found.p99, found.slowest] if found else []
        table.add_row(name, str(len(seconds)), *(f"{figure:.0f}" for figure in figures))
    return table


def _status_line(plan: CrowdPlan, progress: Progress) -> str:
    done = f"{len(progress.records)} of {plan.voters} voters done, {progress.under_way} in progress"
    line = f"{progress.phase}: {done}"
    return f"{line}, results show {progress.shown}" if progress.shown is not None else line


async def _show_live(plan: CrowdPlan, progress: Progress, console: Console) -> None:
    bar = Bar(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
    )
    task = bar.add_task("voters", total=plan.voters)
    with Live(console=console, refresh_per_second=4, transient=True) as live:
        while True:
            bar.update(task, completed=len(progress.records))
            question = progress.poll.question if progress.poll else ""
            live.update(
                Group(Text(question, style="bold"), bar, Text(_status_line(plan, progress), style="dim"))
            )
            await asyncio.sleep(_REDRAW_SECONDS)
