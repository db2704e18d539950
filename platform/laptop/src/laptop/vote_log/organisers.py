"""Client of the organisers' API, signed in as the admin page signs in."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from contracts.problem import Problem
from devkit.failure import Failure
from pydantic import ValidationError

from laptop.instance import Instance, running_instance
from laptop.seed import organiser, sign_in


def running() -> Instance:
    """Return the running instance. Raises `Failure` if there is none."""
    instance = running_instance()
    if instance is None:
        raise Failure("Not running.", "Start it: ./dev up")
    return instance


@contextmanager
def results_api(instance: Instance) -> Iterator[httpx.Client]:
    """Yield a client of `/admin/api/results`. Raises `Failure`."""
    account = organiser.load(instance)
    if account is None:
        raise Failure("There is no organiser account.", "./dev up creates one")
    token = sign_in.access_token(instance, account)
    headers = {"Authorization": f"Bearer {token}", "Sec-Fetch-Site": "same-origin", "Origin": instance.site}
    with httpx.Client(
        base_url=f"{instance.site}/admin/api/results", headers=headers, timeout=35, trust_env=False
    ) as client:
        yield client


def body_of(answer: httpx.Response) -> bytes:
    """Return the body of a successful answer. Raises `Failure` with the problem's title and detail."""
    if answer.is_success:
        return answer.content
    try:
        problem = Problem.model_validate_json(answer.content)
    except ValidationError:
        raise Failure(f"{answer.request.url.path} answered {answer.status_code}.", answer.text) from None
    raise Failure(f"{problem.title}.", problem.detail or "")
