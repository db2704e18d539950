"""`dev openapi`: generate the API documents from the code."""

import subprocess
import sys

import typer
from devkit.checkout import ROOT


def openapi() -> None:
    """Generate the API documents.

    Writes docs/api: OpenAPI of each service, AsyncAPI of the WebSocket and the streams.
    Exit status: 0 written (changed files are listed), 1 a route does not declare its request and responses.
    """
    done = subprocess.run([sys.executable, "-m", "api_documents"], cwd=ROOT, check=False)
    if done.returncode:
        raise typer.Exit(1)
