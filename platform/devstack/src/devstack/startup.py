"""The steps from a stopped stack to one that takes a vote without an error."""

import shutil
import threading
from contextlib import suppress

from contracts.roles import Role

from devstack.audit import DRAIN_SECONDS, audit
from devstack.deployment.local import LocalDeployment
from devstack.emulator import process
from devstack.failure import Failure
from devstack.instance import Instance
from devstack.pace import slowness
from devstack.progress import Progress
from devstack.sam.process import SamProcess
from devstack.seed import demo_poll, organiser
from devstack.seed.warm_up import warm_up


def bring_up(instance: Instance, is_running: bool, progress: Progress) -> None:
    """Start what does not run, deploy what changed, seed what is missing, warm up, and check the counts.

    Raises:
        Failure: it cannot be made ready; says which step and why.
    """
    for tool in ("make", "uv"):
        if shutil.which(tool) is None:
            raise Failure(f"`{tool}` is missing.", f"`sam build` needs it: install {tool} and try again.")
    instance.state.mkdir(parents=True, exist_ok=True)
    had_state = instance.emulator_state.exists()
    sam = SamProcess(instance.state / "sam")
    if not had_state:
        # Importing the SAM CLI takes as long as starting the emulator.
        threading.Thread(target=_import_early, args=(sam,), daemon=True).start()
    if not is_running:
        with progress.doing("emulator") as step:
            process.start(instance)
            step.note = "restored" if had_state else "new"
    LocalDeployment(instance, sam, progress).run()
    with progress.doing("organisers"):
        account, *_ = [organiser.ensure(instance, role) for role in reversed(Role)]
    # The demo poll is made through functions that may be cold as well.
    with progress.doing("warm-up") as step:
        warm_up(instance, account, progress, step)
    with progress.doing("demo poll") as step:
        step.note = demo_poll.ensure(instance, account).question
    if had_state:
        with progress.doing("audit") as step:
            found = audit(instance, DRAIN_SECONDS * slowness())
            step.note = found.summary()
        if found.differences:
            raise Failure("The counts differ from the log of votes.", found.summary())
    pid = instance.pid()
    if pid is None:
        raise Failure("The emulator ended by itself.", process.log_tail(instance))
    instance.record_running(pid, ready=True)


def _import_early(sam: SamProcess) -> None:
    # Nothing is lost if it fails: the first build meets the same cause, and says so.
    with suppress(OSError):
        sam.warm_up()
