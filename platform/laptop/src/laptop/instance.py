"""One local copy of the stack: its ports, its state directory, and the addresses derived from them.

Several copies can run side by side; each has its own pair of ports and its own state directory.
"""

import hashlib
import json
import platform
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil
from devkit.checkout import ROOT, state_directory

ENVIRONMENT: Final = "local"
REGION: Final = "us-east-1"
DEFAULT_PORT: Final = 8080
DEFAULT_EMULATOR_PORT: Final = 4566


@dataclass(frozen=True)
class Instance:
    """One copy of the stack. `state` is its directory; only downloaded wheels are shared."""

    state: Path
    port: int = DEFAULT_PORT
    emulator_port: int = DEFAULT_EMULATOR_PORT
    lan: str | None = None
    """This machine's address in the local network, where phones vote over https; `None` disables that."""
    weak_guarantees: bool = False
    """Whether the emulator is as weak as AWS in timing, consistency and delivery (ADR 39)."""

    @property
    def site(self) -> str:
        """The base URL of the pages, the APIs and the WebSocket."""
        return f"http://localhost:{self.port}"

    @property
    def lan_site(self) -> str | None:
        """The site's base URL for phones in the local network."""
        return f"https://{self.lan}:{self.port}" if self.lan else None

    @property
    def lan_certificate_file(self) -> Path:
        """Private key, certificate and authority of `lan_site`, readable only by its owner."""
        return self.state / "lan-certificate.pem"

    @property
    def lan_authority_file(self) -> Path:
        """The certificate authority that a phone may trust, valid only for `lan_site`."""
        return self.state / "lan-authority.crt"

    @property
    def endpoint(self) -> str:
        """The emulator's endpoint, as `AWS_ENDPOINT_URL` of AWS clients."""
        return f"http://localhost:{self.emulator_port}"

    @property
    def allowed_origin(self) -> str:
        """An allowed foreign origin that may read public answers: the emulator's port on 127.0.0.1."""
        return f"http://127.0.0.1:{self.emulator_port}"

    @property
    def websocket(self) -> str:
        """The WebSocket's address; a ticket goes into its query."""
        return f"ws://localhost:{self.port}/ws"

    @property
    def running_file(self) -> Path:
        """Contains the ports and process id of the running emulator."""
        return self.state / "running.json"

    @property
    def emulator_log(self) -> Path:
        """The output of the emulator's process."""
        return self.state / "emulator.log"

    @property
    def emulator_log_before(self) -> Path:
        """The output of the previous emulator process."""
        return self.state / "emulator.before.log"

    @property
    def emulator_state(self) -> Path:
        """The emulator's state, saved at a stop and loaded at a start."""
        return self.state / "emulator"

    @property
    def credentials_file(self) -> Path:
        """The emulator's root key, as an AWS shared credentials file."""
        return self.state / "aws-credentials"

    @property
    def settings_file(self) -> Path:
        """Settings of an earlier start that apply until `--fresh`."""
        return self.state / "settings.json"

    @property
    def builds(self) -> Path:
        """One `sam build` directory per stack, and the log of each step."""
        return self.state / "build"

    def pid(self) -> int | None:
        """Return the emulator's process id, or `None` if it is not running."""
        try:
            recorded = json.loads(self.running_file.read_text())
            process = psutil.Process(recorded["pid"])
            alive = process.create_time() == recorded["created"] and process.status() != psutil.STATUS_ZOMBIE
        except (OSError, ValueError, KeyError, psutil.Error):
            return None
        return int(recorded["pid"]) if alive else None

    def record_running(self, pid: int, *, ready: bool = False) -> None:
        """Record the process and ports of this instance, and whether it is ready."""
        recorded = {
            "pid": pid,
            "created": psutil.Process(pid).create_time(),
            "port": self.port,
            "emulator_port": self.emulator_port,
            "lan": self.lan,
            "weak_guarantees": self.weak_guarantees,
            "version": runtime_version(),
            "ready": ready,
        }
        self.running_file.write_text(json.dumps(recorded))

    def is_of_this_version(self) -> bool:
        """Return whether the running emulator was started by this checkout with its current code."""
        return bool(json.loads(self.running_file.read_text()).get("version") == runtime_version())

    def is_ready(self) -> bool:
        """Return whether the last `up` completed and the emulator is still running."""
        return self.pid() is not None and bool(json.loads(self.running_file.read_text()).get("ready"))


def runtime_version() -> str:
    """Return a hash of the checkout's path, the emulator's code and packages: only a restart changes them."""
    folder = Path(__file__).parent / "emulator"
    digest = hashlib.sha256(str(ROOT).encode())
    digest.update((ROOT / "uv.lock").read_bytes())
    for path in sorted(folder.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def running_instance() -> Instance | None:
    """Return the running instance of this state directory, with its ports, or `None`."""
    instance = Instance(state_directory())
    if instance.pid() is None:
        return None
    recorded = json.loads(instance.running_file.read_text())
    return Instance(
        instance.state,
        recorded["port"],
        recorded["emulator_port"],
        recorded.get("lan"),
        recorded.get("weak_guarantees", False),
    )


def host_architecture() -> str:
    """Return this machine's architecture by Lambda's name; functions run here, so wheels must match it."""
    return "arm64" if platform.machine().lower() in {"arm64", "aarch64"} else "x86_64"
