"""The demo poll, created through the admin API; skipped if another poll is active."""

import time
from datetime import UTC, datetime
from typing import Any

import httpx
from contracts.polls import ActivePoll, CreatePoll, NewOption, NewOptions, PublicPoll
from devkit.failure import Failure
from pydantic import TypeAdapter

from laptop.instance import Instance
from laptop.seed import sign_in
from laptop.seed.organiser import Organiser

DEMO = CreatePoll(
    question="Tea or coffee?", options=NewOptions(a=NewOption(label="Tea"), b=NewOption(label="Coffee"))
)


def active_poll(instance: Instance) -> PublicPoll | None:
    """Return the active poll from the public API.

    Raises:
        httpx.HTTPError: the site did not answer, or with an error.
    """
    answer = httpx.get(f"{instance.site}/polls/active", timeout=35, trust_env=False).raise_for_status()
    return TypeAdapter(ActivePoll).validate_json(answer.content).poll


def ensure(instance: Instance, organiser: Organiser) -> PublicPoll:
    """Return the active poll; create and open the demo poll if there is none."""
    found = active_poll(instance)
    if found is not None:
        return found
    token = sign_in.access_token(instance, organiser)
    # The admin page sends these headers; the API rejects a write without them.
    headers = {"Authorization": f"Bearer {token}", "Sec-Fetch-Site": "same-origin", "Origin": instance.site}
    with httpx.Client(
        base_url=f"{instance.site}/admin/api", headers=headers, timeout=35, trust_env=False
    ) as admin:
        created = _done(admin.post("/polls", json=DEMO.model_dump(mode="json", exclude_none=True)))
        _done(admin.post(f"/polls/{created['poll_id']}/open", json={}))
    opened = active_poll(instance)
    if opened is None:
        raise Failure("The demo poll was opened, but no poll is active.", "See ./dev logs open-poll")
    wait_until_open(opened)
    return opened


def wait_until_open(poll: PublicPoll) -> None:
    """Wait for the end of the opening countdown, so that a ready stack accepts votes."""
    if poll.opens_at is not None:
        time.sleep(max(0.0, (poll.opens_at - datetime.now(UTC)).total_seconds()))


def _done(answer: httpx.Response) -> dict[str, Any]:
    if not answer.is_success:
        raise Failure(f"{answer.request.url.path} answered {answer.status_code}.", answer.text)
    body: dict[str, Any] = answer.json()
    return body
