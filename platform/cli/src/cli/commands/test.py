"""`dev test`: run the static checks and all test layers, one layer, or one service."""

import secrets
import shutil
import signal
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Annotated, Final

import typer
from checks.run import run_checks
from devkit.failure import Failure
from devkit.progress import Progress
from devkit.terminal import open_console
from privileges.calls import read_calls
from rich.console import Console
from testrunner import leftovers
from testrunner.browser import ensure_chromium
from testrunner.coverage import COVERED, logic_reach, python_reach
from testrunner.layers import Layer, service_paths
from testrunner.live import Display
from testrunner.run import CALLS, LayerRun, Session
from testrunner.summary import (
    is_good,
    show_failures,
    show_layers,
    show_logs,
    show_reach,
    show_slowest,
)

from cli.commands.check import show_failed
from cli.commands.privileges import show_findings

ALL: Final = "all"
WITHOUT_STACK: Final = (Layer.UNIT, Layer.INTEGRATION)


@dataclass(frozen=True)
class Wanted:
    """The requested layers and pytest arguments, and whether to run the static checks first."""

    layers: tuple[Layer, ...]
    arguments: tuple[str, ...] = ()
    checks: bool = False
    service: str | None = None


def test(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[unit|integration|contract|browser|e2e|all] [-- PYTEST ARGUMENTS]",
            help="Layer to run; default: the static checks and all layers.",
        ),
    ] = None,  # noqa: PT028 (a command, not a pytest test)
    service: Annotated[
        str | None, typer.Option(help="Run only this service's unit and integration tests.")
    ] = None,  # noqa: PT028
    seed: Annotated[int | None, typer.Option(help="Seed of an earlier run, to repeat its order.")] = None,  # noqa: PT028
) -> None:
    """Run tests.

    Without arguments: the static checks, then all layers.
    Exit status: 0 all passed, 1 a failure, 130 interrupted.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    wanted = understood(words or [], service)
    console = open_console(soft_wrap=True)
    with Progress(console) as progress:
        # Report a missing browser before the first test, not ten minutes into the run.
        chromium = ensure_chromium(progress) if any(layer.needs_chromium for layer in wanted.layers) else None
    complete = not wanted.arguments and not wanted.service
    whole = complete and set(wanted.layers) == set(Layer)
    if whole:
        shutil.rmtree(CALLS, ignore_errors=True)
    session = Session(
        wanted.arguments,
        chromium,
        secrets.randbelow(1_000_000) if seed is None else seed,
        # No coverage of a partial run: it reaches only a part of the code.
        COVERED if complete and len(wanted.layers) > 1 else frozenset(),
        shown=bool(wanted.arguments),
    )
    console.print(f"Random order by --seed {session.seed}")
    runs = [LayerRun(layer, service_paths(wanted.service, layer)) for layer in wanted.layers]
    checked = _run(runs, session, console, with_checks=wanted.checks)
    if not _summarise(runs, session, console, chosen=not complete, checked=checked, whole=whole):
        raise typer.Exit(1)


def understood(words: Sequence[str], service: str | None = None) -> Wanted:
    """Parse the command line."""
    if service is not None:
        name, *arguments = words or [ALL]
        layers = WITHOUT_STACK if name == ALL else tuple(layer for layer in WITHOUT_STACK if layer == name)
        if not layers:
            raise Failure(f"{name!r} is not a layer of one service.", f"Layers: {', '.join(WITHOUT_STACK)}.")
        return Wanted(layers, tuple(arguments), service=service)
    if not words or words[0].startswith("-"):
        return Wanted(tuple(Layer), tuple(words), checks=not words)
    name, *arguments = words
    if name == ALL:
        return Wanted(tuple(Layer), tuple(arguments))
    if name not in list(Layer):
        raise Failure(f"Unknown test layer {name!r}.", f"Layers: {', '.join(Layer)}, {ALL}.")
    return Wanted((Layer(name),), tuple(arguments))


def _run(runs: Sequence[LayerRun], session: Session, console: Console, *, with_checks: bool) -> bool:
    """Run the checks, then the layers in order; `e2e`, which mostly waits, runs in parallel with all of them.

    Returns whether the checks passed.
    """
    beside = [run for run in runs if run.layer.starts_stacks and len(runs) > 1]
    others = [run for run in runs if run not in beside]
    try:
        with ThreadPoolExecutor(1) as pool, Display(runs, console):
            try:
                waiting = [pool.submit(session.run, run) for run in beside]
                checked = _checked(console) if with_checks else True
                for run in others:
                    session.run(run)
                for one in waiting:
                    one.result()
            except BaseException:
                session.stopped.set()
                raise
    except KeyboardInterrupt:
        console.print("\nInterrupted: stopping the processes of this run …")
        raise
    finally:
        ended = _end_what_is_left(session)
        for name in ended:
            console.print(f"Stopped a leftover process: {name}", markup=False)
    return checked


def _end_what_is_left(session: Session) -> list[str]:
    """Stop all processes of this run; another Ctrl-C does not interrupt this."""
    before = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        return leftovers.end_all(session.id)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _checked(console: Console) -> bool:
    # The layers' live table is already shown: a line for each check would break it.
    quiet = open_console(quiet=True) if console.is_terminal else console
    with Progress(quiet) as progress:
        verdicts = run_checks(progress)
    show_failed(verdicts)
    return all(verdict.passed for verdict in verdicts)


def _summarise(
    runs: Sequence[LayerRun],
    session: Session,
    console: Console,
    *,
    chosen: bool,
    checked: bool,
    whole: bool,
) -> bool:
    show_failures(runs, console, chosen=chosen)
    show_slowest(runs, console)
    covered = show_reach(python_reach(session.covered), logic_reach(), console) if session.covered else True
    show_layers(runs, console, chosen=chosen)
    show_logs(console)
    least_privilege = _compare_privileges(runs, console) if whole else True
    passed, failed, skipped = (
        sum(getattr(run, name) for run in runs) for name in ("passed", "failed", "skipped")
    )
    good = (
        checked
        and covered
        and least_privilege
        and passed > 0
        and all(is_good(run, chosen=chosen) for run in runs)
    )
    if not checked:
        console.print("[red]✗[/] the static checks failed: ./dev check")
    if not covered:
        console.print("[red]✗[/] a domain package has too low a branch coverage")
    if not least_privilege:
        console.print("[red]✗[/] a role has an unused or a missing permission: ./dev privileges")
    # Programs read the last line: it reports a failure whenever the exit status does.
    unseen = 0 if good or failed else 1
    console.print(f"\n{passed} passed, {failed + unseen} failed, {skipped} skipped", markup=False)
    return good


def _compare_privileges(runs: Sequence[LayerRun], console: Console) -> bool:
    """Compare the roles with the calls of a whole run; return whether nothing is to be reported."""
    if not all(is_good(run, chosen=False) for run in runs):
        console.print("\nPermissions were not compared: the calls of failed tests are missing.")
        return True
    from privileges.comparison import compare_all  # noqa: PLC0415 (loads the emulator's policy evaluator)

    compared = compare_all(read_calls(CALLS))
    console.print("\nPermissions")
    show_findings(compared, console)
    return compared.passed
