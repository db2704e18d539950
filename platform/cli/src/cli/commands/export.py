"""`dev export`: export a closed poll's anonymised vote log, as the dashboard does."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import httpx
import typer
from contracts.results_export import ExportedVoteLog
from devkit.failure import Failure
from laptop.results_api import body_of, results_api
from pydantic import ValidationError


def export(
    poll: Annotated[str, typer.Argument(help="A closed poll's id.")],
    to: Annotated[Path | None, typer.Option(help="The file; default: standard output.")] = None,
    site: Annotated[
        str | None,
        typer.Option(
            help="A deployed site, such as https://vote.example.com, with an organiser's access token in "
            "ORGANISER_TOKEN; default: the local stack."
        ),
    ] = None,
) -> None:
    """Export a poll's vote log as JSON lines.

    The export is anonymised; docs/verify_vote_log.py verifies the file.
    """
    with results_api(site) as api:
        exported = b"".join(_lines(api, poll))
    if to is None:
        typer.echo(exported, nl=False)
        return
    if to.exists() and to.read_bytes() != exported:
        raise Failure(f"{to} is not this vote log.", "It is unchanged. Choose another file.")
    to.write_bytes(exported)


def _lines(api: httpx.Client, poll: str) -> Iterator[bytes]:
    """Yield the lines of the vote log, one a page. Raises `Failure`."""
    address: str | None = f"/{poll}/export?what=vote-log&format=json"
    while address is not None:
        answer = api.get(address)
        line = body_of(answer)
        try:
            ExportedVoteLog.model_validate_json(line)
        except ValidationError:
            raise Failure(f"{answer.url.host} did not answer with a vote log.", "Check --site.") from None
        yield line
        following = answer.links.get("next")
        address = str(answer.url.join(following["url"])) if following else None
