"""Startup: the steps from a stopped stack to one that takes votes."""

import shutil
import threading
from contextlib import suppress
from pathlib import Path

from contracts.roles import Role
from deploy.sam.process import SamProcess
from devkit.checkout import ROOT
from devkit.failure import Failure
from devkit.progress import Progress
from devkit.time_limits import slowness

from laptop.consistency import DRAIN_SECONDS, check_consistency
from laptop.deployment import LocalDeployment
from laptop.emulator import process
from laptop.instance import Instance
from laptop.seed import demo_poll, organiser
from laptop.seed.warm_up import warm_up


def bring_up(instance: Instance, is_running: bool, progress: Progress, root: Path = ROOT) -> None:
    """Start the emulator, deploy changed stacks, seed accounts and the demo poll, warm up, check the counts.

    `root` is the checkout of the stacks.

    Raises:
        Failure: a step failed; names the step and the cause.
    """
    for tool in ("make", "uv"):
        if shutil.which(tool) is None:
            raise Failure(f"`{tool}` is missing.", f"`sam build` needs it: install {tool} and try again.")
    instance.state.mkdir(parents=True, exist_ok=True)
    had_state = instance.emulator_state.exists()
    sam = SamProcess(instance.state / "sam")
    if not had_state:
        # Importing the SAM CLI takes as long as starting the emulator, so both run at the same time.
        threading.Thread(target=_import_early, args=(sam,), daemon=True).start()
    if not is_running:
        with progress.doing("emulator") as step:
            process.start(instance)
            step.note = "restored" if had_state else "new"
    LocalDeployment(instance, sam, progress, root).run()
    with progress.doing("organisers"):
        account, *_ = [organiser.ensure(instance, role) for role in reversed(Role)]
    # The functions that create the demo poll may be cold too.
    with progress.doing("warm-up") as step:
        warm_up(instance, account, progress, step)
    with progress.doing("demo poll") as step:
        step.note = demo_poll.ensure(instance, account).question
    if had_state:
        with progress.doing("consistency") as step:
            found = check_consistency(instance, DRAIN_SECONDS * slowness())
            step.note = found.summary()
        if found.differences:
            raise Failure("The counters differ from the vote log.", found.summary())
    pid = instance.pid()
    if pid is None:
        raise Failure("The emulator exited unexpectedly.", process.log_tail(instance))
    instance.record_running(pid, ready=True)


def _import_early(sam: SamProcess) -> None:
    # A failure here is harmless: the first build fails for the same reason and reports it.
    with suppress(OSError):
        sam.warm_up()
