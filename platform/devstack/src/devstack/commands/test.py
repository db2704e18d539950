"""`dev test`: the static checks and every layer of tests, or one layer."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.table import Table

from devstack.checks.run import run_checks
from devstack.commands.check import show_failed
from devstack.failure import Failure
from devstack.progress import Progress
from devstack.testing.browser import ensure_chromium
from devstack.testing.layers import Layer
from devstack.testing.run import NO_TESTS, REPORTS, LayerResult, run_layer

ALL: Final = "all"


def test(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[unit|integration|contract|browser|e2e|all] [-- PYTEST ARGUMENTS]",
            help="What to run; without it the static checks and all layers.",
        ),
    ] = None,  # noqa: PT028 (a command, no test of pytest)
) -> None:
    """Run tests. Alone: the static checks of `dev check`, then all layers.

    Exit status: 0 all good, 1 anything failed.
    """
    layers, arguments, with_checks = _understood(words or [])
    console = Console(highlight=False, soft_wrap=True)
    with Progress(console) as progress:
        # Whatever is missing is said before the first test, not after ten minutes of them.
        chromium = ensure_chromium(progress) if any(layer.needs_chromium for layer in layers) else None
    checked = _checked(console) if with_checks else True
    results = _run(layers, arguments, chromium, console)
    # With arguments for pytest, a layer may have nothing that they choose.
    good = _summarise(results, chosen=bool(arguments), checked=checked, console=console)
    if not good:
        raise typer.Exit(1)


def _run(
    layers: Sequence[Layer], arguments: Sequence[str], chromium: Path | None, console: Console
) -> list[LayerResult]:
    """Run the layers one after another; `e2e`, which mostly waits, beside them."""
    others = [layer for layer in layers if layer is not Layer.E2E]
    with ThreadPoolExecutor(1) as beside:
        running, kept = None, REPORTS / "e2e.txt"
        if others and Layer.E2E in layers:
            REPORTS.mkdir(parents=True, exist_ok=True)
            running = beside.submit(run_layer, Layer.E2E, arguments, chromium, kept)
        results = []
        for layer in others or layers:
            console.print(f"\n[bold]{layer}[/]")
            results.append(run_layer(layer, arguments, chromium))
        if running:
            console.print(f"\n[bold]{Layer.E2E}[/], which ran beside these")
            results.append(running.result())
            console.print(kept.read_text(errors="replace"), markup=False)
    return results


def _understood(words: list[str]) -> tuple[list[Layer], list[str], bool]:
    """Return layers, pytest's arguments, and whether the static checks come first."""
    if not words or words[0].startswith("-"):
        return list(Layer), words, not words
    name, *arguments = words
    if name == ALL:
        return list(Layer), arguments, False
    if name not in list(Layer):
        raise Failure(f"There are no tests called {name!r}.", f"There are: {', '.join(Layer)}, {ALL}.")
    return [Layer(name)], arguments, False


def _checked(console: Console) -> bool:
    console.print("[bold]check[/]")
    with Progress(console) as progress:
        verdicts = run_checks(progress)
    show_failed(verdicts)
    return all(verdict.passed for verdict in verdicts)


def _summarise(results: list[LayerResult], *, chosen: bool, checked: bool, console: Console) -> bool:
    fine = {0, NO_TESTS} if chosen else {0}
    table = Table.grid(padding=(0, 2))
    for result in results:
        mark = "[green]✓[/]" if result.exit_code in fine else "[red]✗[/]"
        counted = f"{result.passed} passed, {result.failed} failed, {result.skipped} skipped"
        table.add_row(mark, result.layer.value, f"{result.seconds:.1f} s", counted)
    console.print()
    console.print(table)
    passed, failed, skipped = (
        sum(getattr(result, name) for result in results) for name in ("passed", "failed", "skipped")
    )
    good = checked and passed > 0 and all(result.exit_code in fine for result in results)
    if not checked:
        console.print("[red]✗[/] the static checks found something: ./dev check")
    # The last line is for programs: it says "failed" whenever the exit status does.
    unseen = 0 if good or failed else 1
    console.print(f"\n{passed} passed, {failed + unseen} failed, {skipped} skipped", markup=False)
    return good
