"""A process that has imported the SAM CLI and forks for each command: saves 3 s per build and deploy."""

import json
import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Final

PRELOADED: Final = (
    "deploy.sam.process",
    "samcli.cli.main",
    "samcli.commands.build.command",
    "samcli.commands.build.build_context",
    "samcli.commands.deploy.command",
    "samcli.commands.deploy.deploy_context",
    "samcli.commands.package.package_context",
    "deploy.sam.yaml_in_c",
    "deploy.sam.zip_once",
)


@dataclass(frozen=True)
class SamRun:
    """The result of one command; `log` has its full output."""

    exit_code: int
    seconds: float
    log: Path

    def tail(self, lines: int = 30) -> str:
        """Return the last lines of the command's output."""
        said = self.log.read_text(errors="replace").splitlines()
        telling = [line for line in said if line.strip() and "skipping upload" not in line]
        return "\n".join(telling[-lines:])


@dataclass
class SamProcess:
    """Runs SAM commands, each in a fork of a process with the SAM CLI in memory. Safe to share by threads."""

    settings: Path
    _context: ForkServerContext = field(default_factory=lambda: multiprocessing.get_context("forkserver"))

    def warm_up(self) -> None:
        """Begin importing the SAM CLI in the background."""
        self.settings.mkdir(parents=True, exist_ok=True)
        # No telemetry and no version check: a local command sends no requests to the internet.
        (self.settings / "metadata.json").write_text(
            json.dumps({"telemetryEnabled": False, "lastVersionCheck": time.time()})
        )
        self._context.set_forkserver_preload(list(PRELOADED))
        self._context.Process(target=_nothing).start()

    def run(self, arguments: Sequence[str], cwd: Path, environment: dict[str, str], log: Path) -> SamRun:
        """Run `sam ARGUMENTS` in `cwd` with exactly this environment; all output goes to `log`."""
        quiet = {
            "__SAM_CLI_APP_DIR": str(self.settings),
            "SAM_CLI_TELEMETRY": "0",
            "SAM_CLI_POLL_DELAY": environment.get("SAM_CLI_POLL_DELAY", "5"),
        }
        log.parent.mkdir(parents=True, exist_ok=True)
        began = time.monotonic()
        process = self._context.Process(
            target=_run_sam, args=(list(arguments), cwd, environment | quiet, log)
        )
        process.start()
        process.join()
        return SamRun(process.exitcode if process.exitcode is not None else 1, time.monotonic() - began, log)


def _nothing() -> None:
    pass


def _run_sam(arguments: list[str], cwd: Path, environment: dict[str, str], log: Path) -> None:
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(cwd)
    with log.open("wb") as output:
        os.dup2(output.fileno(), 1)
        os.dup2(output.fileno(), 2)
    from samcli.cli.main import cli  # noqa: PLC0415 - in memory already, here in the fork

    from deploy.sam import yaml_in_c, zip_once  # noqa: PLC0415

    yaml_in_c.apply()
    sys.argv = ["sam", *arguments]
    with tempfile.TemporaryDirectory() as zips:
        zip_once.apply(Path(zips))
        cli(arguments, prog_name="sam")
