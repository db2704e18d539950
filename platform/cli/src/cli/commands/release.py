"""`dev release`: make a release of the project."""

from typing import Annotated

import typer
from checks.run import run_checks
from devkit.failure import Failure
from devkit.progress import Progress
from devkit.terminal import open_console
from releases.publish import BRANCH, Release

from cli.commands.check import show_failed


def release(
    version: Annotated[str, typer.Argument(help="The new version, such as 1.4.0.")],
) -> None:
    """Make a release.

    Runs the static checks, moves the changes under Unreleased in docs/CHANGELOG.md under the version,
    freezes new contracts, commits and tags. Pushes nothing.
    """
    console, new = open_console(), Release(version)
    new.refuse_unless_ready()
    with Progress(console) as progress:
        results = run_checks(progress)
    show_failed(results)
    if not all(result.passed for result in results):
        raise Failure("Nothing was released: a check failed.")
    with Progress(console) as progress:
        new.publish(progress)
    console.print(f"\nPublish it: git push --atomic origin {BRANCH} v{version}", highlight=False)
