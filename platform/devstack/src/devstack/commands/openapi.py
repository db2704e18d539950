"""`dev openapi`: the documents of the APIs, made anew from the code."""

import subprocess
import sys

import typer

from devstack.instance import ROOT


def openapi() -> None:
    """Write docs/api anew: OpenAPI of each service, AsyncAPI of the socket and the streams.

    Exit status: 0 written (what changed is named), 1 a route does not say what it takes and answers.
    """
    done = subprocess.run([sys.executable, "-m", "api_documents"], cwd=ROOT, check=False)
    if done.returncode:
        raise typer.Exit(1)
