"""Client of the organisers' results API, of the local stack or of a deployed site."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import httpx
from contracts.problem import Problem
from devkit.failure import Failure
from pydantic import ValidationError

from laptop.instance import Instance, running_instance
from laptop.seed import organiser, sign_in

TOKEN_VARIABLE: Final = "ORGANISER_TOKEN"  # noqa: S105 (a name)


def running() -> Instance:
    """Return the running instance. Raises `Failure` if there is none."""
    instance = running_instance()
    if instance is None:
        raise Failure("Not running.", "Start it: ./dev up")
    return instance


@contextmanager
def results_api(site: str | None = None) -> Iterator[httpx.Client]:
    """Yield a client of `/admin/api/results`. Raises `Failure`.

    By default it is signed in to the local stack as the organiser of `./dev up`. For a deployed site an
    organiser's access token is in the environment: an argument would be visible to other processes.
    """
    at, token = (site.rstrip("/"), _given_token()) if site else _local()
    headers = {"Authorization": f"Bearer {token}", "Sec-Fetch-Site": "same-origin", "Origin": at}
    with httpx.Client(
        base_url=f"{at}/admin/api/results", headers=headers, timeout=35, trust_env=site is not None
    ) as client:
        try:
            yield client
        except (httpx.TransportError, httpx.UnsupportedProtocol) as error:
            raise Failure(f"{at} cannot be reached: {error}.", "Repeat the command.") from error


def body_of(answer: httpx.Response) -> bytes:
    """Return the body of a successful answer. Raises `Failure` with the problem's title and detail."""
    if answer.is_success:
        return answer.content
    try:
        problem = Problem.model_validate_json(answer.content)
    except ValidationError:
        raise Failure(f"{answer.request.url.path} answered {answer.status_code}.", answer.text) from None
    raise Failure(f"{problem.title}.", problem.detail or "")


def _local() -> tuple[str, str]:
    instance = running()
    account = organiser.load(instance)
    if account is None:
        raise Failure("There is no organiser account.", "./dev up creates one")
    return instance.site, sign_in.access_token(instance, account)


def _given_token() -> str:
    token = os.environ.get(TOKEN_VARIABLE)
    if not token:
        raise Failure(
            f"{TOKEN_VARIABLE} is not set.",
            "It contains an organiser's access token of that site; without one, export on the dashboard",
        )
    return token
