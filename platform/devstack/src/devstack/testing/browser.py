"""Finds Chromium for the tests that look at pages, and installs Debian's where that can be done unasked."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

from devstack.failure import Failure
from devstack.progress import Progress

_SHELL: Final = "chromium-headless-shell"
"""The engine without the browser's own windows, which are pages, too: half the processor time a page."""
_NAMES: Final = (_SHELL, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_APPLICATION: Final = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")


def find_chromium() -> Path | None:
    """Return `CHROMIUM`, or the first Chromium that is installed."""
    wanted = os.environ.get("CHROMIUM")
    if wanted:
        return Path(wanted)
    found = next((path for path in map(shutil.which, _NAMES) if path), None)
    if found:
        return Path(found)
    return _APPLICATION if _APPLICATION.exists() else None


def ensure_chromium(progress: Progress) -> Path:
    """Return Chromium; root on a Debian gets its package installed if there is none.

    Raises `Failure` when there is none and it is for the user to install it.
    """
    found = find_chromium()
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        with progress.doing("chromium") as step:
            step.note = f"apt-get install {_SHELL}"
            _install()
        found = find_chromium()
    if found is None:
        raise Failure(
            "Tests that look at pages need Chromium, and there is none.",
            "Install it (such as `apt install chromium`), or set CHROMIUM to the path of yours.",
        )
    return found


def _install() -> None:
    _apt_get("update", "-qq")
    try:
        _apt_get("install", "-y", "-qq", "--no-install-recommends", _SHELL)
    except Failure:  # an older Debian, or an Ubuntu, packages the whole browser only
        _apt_get("install", "-y", "-qq", "--no-install-recommends", "chromium")


def _apt_get(*arguments: str) -> None:
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", *arguments]
    done = subprocess.run(
        command, env=quiet, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
    )
    if done.returncode:
        raise Failure(f"`{' '.join(command)}` failed.", done.stderr.strip()[-2000:])
