"""The emulator's process: `python -m laptop.emulator SITE_PORT CODE_FOLDER CREDENTIALS_FILE`.

An address in the local network and its certificate may follow: phones reach the site's port there by https.
ministack's settings are in the environment. hypercorn's `serve` shuts down gracefully on SIGTERM; ministack
then saves its state.
"""

import asyncio
import faulthandler
import os
import resource
import signal
import socket
import sys
import threading
from pathlib import Path
from typing import Any, cast

import uvloop
from hypercorn.asyncio import serve
from hypercorn.config import Config
from ministack import app as ministack
from privileges import calls

from laptop.emulator import patches, recorded_calls
from laptop.emulator.deployed import Deployed
from laptop.emulator.edge import Edge
from laptop.emulator.faults import Faults
from laptop.emulator.gate import Gate
from laptop.emulator.patches import gentle_growth
from laptop.emulator.root_key import RootKey
from laptop.instance import ENVIRONMENT

# Each request through a distribution opens a connection to the emulator; with ministack's 75 s they
# accumulate.
KEEP_ALIVE_SECONDS = 5
GRACE_SECONDS = 3


def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    site_port, code_folder, credentials_file = int(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3])
    # Read from the file, not from the environment, which the functions' processes inherit.
    key = RootKey.read(credentials_file)
    _raise_descriptor_limit()
    # `kill -USR1` writes the stack of each thread to the log.
    faulthandler.register(signal.SIGUSR1, all_threads=True)
    lan_address, lan_certificate = sys.argv[4:6] or (None, None)
    gate = Gate(site_port, lan_address)
    patches.apply_all(code_folder, key, gate.distribution_pass)
    if os.environ["WEAK_GUARANTEES"]:
        patches.apply_weak_guarantees()
    config = Config()
    _listen(config, site_port, lan_address, lan_certificate)
    config.keep_alive_timeout = KEEP_ALIVE_SECONDS
    config.graceful_timeout = GRACE_SECONDS
    config.loglevel = ministack.LOG_LEVEL
    faults = Faults(key.access_key_id)
    faults.install()
    if (recorder := calls.recorder()) is not None:
        recorded_calls.install(recorder)
    # uvloop: a post to a page takes 1.1 to 1.3 ms of CPU instead of 1.8, see docs/performance.md.
    serving = _serve_until_stopped(Edge(gate, Deployed(ENVIRONMENT), faults), config)
    asyncio.run(serving, loop_factory=uvloop.new_event_loop)
    gentle_growth.end_all()


async def _serve_until_stopped(edge: Edge, config: Config) -> None:
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)

    async def stop() -> None:
        await stopping.wait()
        edge.end_sockets()
        # Running calls get the same grace period as hypercorn gives. Then they are ended, so that the state
        # is saved now and not after the last function's timeout.
        timer = threading.Timer(GRACE_SECONDS, gentle_growth.end_all)
        timer.daemon = True
        timer.start()

    await serve(cast("Any", edge), config, shutdown_trigger=stop)


def _listen(config: Config, site_port: int, lan_address: str | None, lan_certificate: str | None) -> None:
    """Bind both ports to loopback, and only the site's port to the local network, with https."""
    own = [f"{host}:{port}" for host in _loopback_hosts() for port in (ministack._resolve_port(), site_port)]
    if lan_address is None:
        config.bind = own
        return
    config.insecure_bind = own
    config.bind = [f"{lan_address}:{site_port}"]
    config.certfile = config.keyfile = lan_certificate
    # As on loopback: WebSocket handshakes differ in HTTP/2.
    config.alpn_protocols = ["http/1.1"]


def _loopback_hosts() -> list[str]:
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return ["127.0.0.1", "[::1]"]
    except OSError:
        return ["127.0.0.1"]


def _raise_descriptor_limit() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
