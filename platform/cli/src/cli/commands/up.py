"""`dev up`: start the stack locally."""

import shutil
import signal
import time
from dataclasses import replace
from typing import Annotated

import psutil
import typer
from contracts.roles import Role
from devkit.checkout import state_directory
from devkit.failure import Failure
from devkit.progress import Progress
from devkit.terminal import open_console
from laptop import rate_limit
from laptop.emulator import process
from laptop.instance import DEFAULT_EMULATOR_PORT, DEFAULT_PORT, Instance, running_instance
from laptop.lan.address import lan_address as find_lan_address
from laptop.lan.invitation import print_invitation
from laptop.readiness import read_status
from laptop.seed import organiser
from laptop.startup import bring_up
from rich.console import Console

from cli.commands.status import show

# State that `--fresh` deletes with the accounts: everything of an instance except uv and downloaded wheels.
REMEMBERED = (
    "emulator",
    "s3",
    "code",
    "tmp",
    "build",
    "deployed.json",
    "aws-credentials",
    "lan-certificate.pem",
    "lan-authority.crt",
    "settings.json",
    "running.json",
    "emulator.log",
    "emulator.before.log",
)


def up(  # noqa: PLR0917 (typer passes options by name)
    port: Annotated[int, typer.Option(help="Port of the site.")] = DEFAULT_PORT,
    emulator_port: Annotated[int, typer.Option(help="Port of the AWS endpoint.")] = DEFAULT_EMULATOR_PORT,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Delete all polls, votes and accounts first.")
    ] = False,
    new_voters_per_network: Annotated[
        int | None,
        typer.Option(
            min=1, help="Rate limit: new voters from one address in five minutes; raise it for a load test."
        ),
    ] = None,
    lan: Annotated[
        bool, typer.Option("--lan", help="Serve the site to phones in the local network, over https.")
    ] = False,
    lan_address: Annotated[
        str | None, typer.Option(help="For --lan: this machine's IPv4 address that phones use.")
    ] = None,
    weak_guarantees: Annotated[
        bool,
        typer.Option(
            "--weak-guarantees",
            help="Emulate late schedules, stale reads and repeated deliveries, as on AWS.",
        ),
    ] = False,
    detach: Annotated[
        bool, typer.Option("--detach", help="Return when ready; stop with ./dev down.")
    ] = False,
) -> None:
    """Start the stack.

    Runs pages, APIs, WebSocket and an open demo poll; only changed stacks are deployed. DEV_STATE sets a
    state directory other than .dev, for a second copy on other ports.
    """
    signal.signal(signal.SIGTERM, _interrupt)
    console = open_console()
    if lan_address is not None and not lan:
        raise Failure("--lan-address needs --lan.", "./dev up --lan --lan-address ADDRESS")
    wanted = Instance(
        state_directory(),
        port,
        emulator_port,
        find_lan_address(lan_address) if lan else None,
        weak_guarantees,
    )
    running = running_instance()
    if running is not None and (fresh or not process.answers(running, process.BUSY_SECONDS)):
        process.stop(running)
        running = None
    if running is not None:
        wanted = _as_running(running, wanted, lan=lan)
    began = time.monotonic()
    if running is not None:
        console.print("Already running; deploying changes.")
    try:
        _work(wanted, running is not None, fresh, new_voters_per_network, console)
    except BaseException:
        if running is None:
            process.stop(wanted)
        raise
    console.print(f"\nReady after {time.monotonic() - began:.1f} s\n")
    show(read_status(wanted), console)
    if wanted.lan:
        print_invitation(wanted, console)
    if running is None and not detach:
        _stay(wanted, console)


def _as_running(running: Instance, wanted: Instance, *, lan: bool) -> Instance:
    """Return the wanted instance with the properties that only a start can change.

    Raises:
        Failure: the running one has other ports, another network, stronger guarantees or another version.
    """
    if not lan:
        # The network that can reach it is fixed at the start.
        wanted = replace(wanted, lan=running.lan)
    if wanted.weak_guarantees and not running.weak_guarantees:
        raise Failure(
            "Already running, with strong guarantees.", "./dev down, then ./dev up --weak-guarantees."
        )
    wanted = replace(wanted, weak_guarantees=running.weak_guarantees)
    if running != wanted and replace(running, lan=wanted.lan) == wanted:
        reached = f"for phones at {running.lan_site}" if running.lan else "for this machine only"
        raise Failure(
            f"Already running, {reached}.",
            f"For phones at {wanted.lan_site}: ./dev down, then ./dev up --lan.",
        )
    if running != wanted:
        raise Failure(f"Already running at {running.site}.", "To change ports, run ./dev down first.")
    if not running.is_of_this_version():
        raise Failure(
            f"The stack at {running.site} was started by another version of the project.",
            f"Its state is in {running.state}. `./dev down` stops it and keeps its polls and votes; "
            "then `./dev up` starts this version on them.",
        )
    return wanted


def _work(
    instance: Instance, is_running: bool, fresh: bool, new_voters_per_network: int | None, console: Console
) -> None:
    with Progress(console) as progress:
        if fresh:
            with progress.doing("delete state"):
                _wipe(instance)
        if new_voters_per_network is not None:
            rate_limit.remember(instance, new_voters_per_network)
        bring_up(instance, is_running, progress)


def _stay(instance: Instance, console: Console) -> None:
    pid = instance.pid()
    try:
        console.print("\nPress Ctrl-C to stop; polls and votes are kept.")
        exit_code = psutil.Process(pid).wait() if pid is not None else 1
    except KeyboardInterrupt:
        console.print("\nStopping and saving …")
        process.stop(instance)
        return
    if exit_code:
        instance.running_file.unlink(missing_ok=True)
        raise Failure("The emulator exited unexpectedly.", process.log_tail(instance))
    console.print("\nStopped.")


def _wipe(instance: Instance) -> None:
    accounts = (organiser.password_file(instance, role) for role in Role)
    for path in (*(instance.state / name for name in REMEMBERED), *accounts):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt
