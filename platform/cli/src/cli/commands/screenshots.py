"""`dev screenshots`: take screenshots of every state of every page."""

import os
import subprocess
import sys
from typing import Annotated, Final

import typer
from devkit.checkout import ROOT
from devkit.progress import Progress
from testrunner.browser import ensure_chromium

_MODULE: Final = "services.frontend.tests.browser.screenshots"


def screenshots(
    groups: Annotated[
        list[str] | None, typer.Argument(help="Such as voter, organiser, presenter; default: all.")
    ] = None,
) -> None:
    """Take screenshots of all pages.

    Each state on a phone and a desktop, light and dark: all in .dev/screenshots, the chosen ones also in
    docs/screenshots.
    Exit status: 0 written, 1 a page did not reach a state.
    """
    with Progress() as progress:
        chromium = ensure_chromium(progress)
    environment = os.environ | {"CHROMIUM": str(chromium)}
    done = subprocess.run(
        [sys.executable, "-m", _MODULE, *(groups or [])], cwd=ROOT, env=environment, check=False
    )
    if done.returncode:
        raise typer.Exit(1)
