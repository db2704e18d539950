"""Finds the browsers for tests of pages, and installs Debian's packages if it may."""

import os
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Final

from devkit.failure import Failure
from devkit.progress import Progress

_SHELL: Final = "chromium-headless-shell"
"""Chromium without its browser window, which is a page as well: half the processor time per page."""
_NAMES: Final = (_SHELL, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# The programs of the other engines, with their Debian packages.
_ENGINES: Final = {
    "firefox": "firefox-esr",
    "WebKitWebDriver": "webkit2gtk-driver",
    "MiniBrowser": "webkit2gtk-driver",
    "Xvfb": "xvfb",
}
_WEBKIT_FOLDERS: Final = ("lib/*/webkit2gtk-4.*", "libexec/webkit2gtk-4.*", "lib*/webkit2gtk-4.*")
_APPLICATION: Final = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")


def find_chromium() -> Path | None:
    """Return `CHROMIUM`, or the first installed Chromium, or `None`."""
    wanted = os.environ.get("CHROMIUM")
    if wanted:
        return Path(wanted)
    found = next((path for path in map(shutil.which, _NAMES) if path), None)
    if found:
        return Path(found)
    return _APPLICATION if _APPLICATION.exists() else None


def ensure_chromium(progress: Progress) -> Path:
    """Return Chromium; for root on Debian install it, or the variant without a window, if it is missing.

    Raises `Failure` if Chromium is missing and cannot be installed here.
    """
    found = find_chromium()
    is_lean = found is not None and ("CHROMIUM" in os.environ or found.name == _SHELL)
    if not is_lean and os.geteuid() == 0 and shutil.which("apt-get"):
        with progress.doing("chromium") as step:
            step.note = f"apt-get install {_SHELL}"
            if found is None:
                _install_chromium()
            else:
                with suppress(Failure):  # not packaged, or no network: the whole browser also works
                    _install(_SHELL)
        found = find_chromium()
    if found is None:
        raise Failure(
            "Browser tests need Chromium, which is not installed.",
            "Install it (such as `apt install chromium`), or set CHROMIUM to its path.",
        )
    return found


def find_engine(program: str) -> str:
    """Return the path of a program of Firefox or WebKit.

    Raises `Failure` if it is missing.
    """
    if program == "MiniBrowser":  # not on the PATH
        found = [path / program for folder in _WEBKIT_FOLDERS for path in sorted(Path("/usr").glob(folder))]
        path = next((str(one) for one in found if one.exists()), None)
    else:
        path = shutil.which(_ENGINES[program]) or shutil.which(program)
    if path is None:
        raise Failure(
            f"Tests in three engines need {program}, which is not installed.",
            f"Install it (on Debian `apt install {_ENGINES[program]}`), or leave out "
            "tests/e2e/second_stack/test_three_engines.py.",
        )
    return path


def ensure_engines(progress: Progress) -> None:
    """Find Firefox and WebKit; if packages are missing and the user is root on Debian, install them.

    Raises `Failure` if a program is missing and cannot be installed here.
    """
    missing = {package for program, package in _ENGINES.items() if not _is_there(program)}
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        with progress.doing("engines") as step:
            step.note = f"apt-get install {' '.join(sorted(missing))}"
            _apt_get("update", "-qq")
            _install(*sorted(missing))
    for program in _ENGINES:
        find_engine(program)


def _is_there(program: str) -> bool:
    try:
        find_engine(program)
    except Failure:
        return False
    return True


def _install_chromium() -> None:
    _apt_get("update", "-qq")
    try:
        _install(_SHELL)
    except Failure:  # older Debian releases and Ubuntu package only the whole browser
        _install("chromium")


def _install(*packages: str) -> None:
    _apt_get("install", "-y", "-qq", "--no-install-recommends", *packages)


def _apt_get(*arguments: str) -> None:
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", *arguments]
    done = subprocess.run(
        command, env=quiet, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
    )
    if done.returncode:
        raise Failure(f"`{' '.join(command)}` failed.", done.stderr.strip()[-2000:])
