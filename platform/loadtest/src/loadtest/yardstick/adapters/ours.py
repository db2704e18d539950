"""This or That: a voter is a voter token, and the poll is the active one."""

import asyncio

import httpx
from laptop.instance import running_instance
from laptop.seed import organiser, sign_in

from loadtest.crowd.site import VOTER_COOKIE, Site


async def find_poll(http: httpx.AsyncClient) -> str:
    """Return the id of the active poll."""
    return (await _site(http).find_poll(None)).poll_id


async def new_voter(http: httpx.AsyncClient, _poll: str) -> str:
    """Return a new voter token."""
    issued = await _site(http).issue_voter_token()
    if issued.voter_token is None:
        raise RuntimeError(f"no voter token: {issued.status} {issued.body}")
    return issued.voter_token


async def vote(http: httpx.AsyncClient, poll: str, voter: str, choice: str) -> bool | None:
    """Send one vote."""
    headers = {"Cookie": f"{VOTER_COOKIE}={voter}", "Sec-Fetch-Site": "same-origin"}
    answer = await http.post("vote", headers=headers, json={"poll_id": poll, "choice": choice})
    if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR or answer.status_code in {408, 429}:
        return None
    return answer.is_success


async def counts(http: httpx.AsyncClient, poll: str) -> dict[str, int]:
    """Return the published counts."""
    found = (await _site(http).results(poll)).counts
    return {"a": found.a, "b": found.b}


async def close(http: httpx.AsyncClient, poll: str) -> None:
    """Close the poll of the running stack as its organiser."""
    instance = running_instance()
    account = organiser.load(instance) if instance else None
    if instance is None or account is None:
        raise RuntimeError("only a running stack of this checkout can be closed")
    token = await asyncio.to_thread(sign_in.access_token, instance, account)
    headers = {"Authorization": f"Bearer {token}", "Sec-Fetch-Site": "same-origin", "Origin": instance.site}
    (await http.post(f"admin/api/polls/{poll}/close", headers=headers, json={})).raise_for_status()


def _site(http: httpx.AsyncClient) -> Site:
    return Site(http, str(http.base_url).rstrip("/"), patience=60)
