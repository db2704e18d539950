"""The literal design of the brief: a voter is an id in the body, and the poll is the benchmark's."""

import asyncio
import secrets
from typing import Final

import httpx
from laptop import baseline
from laptop.instance import running_instance

POLL: Final = "yardstick"


async def find_poll(_http: httpx.AsyncClient) -> str:
    """Return the id of the poll that `laptop.baseline` opens."""
    return POLL


async def new_voter(_http: httpx.AsyncClient, _poll: str) -> str:
    """Return a new voter's id."""
    return secrets.token_hex(16)


async def vote(http: httpx.AsyncClient, poll: str, voter: str, choice: str) -> bool | None:
    """Send one vote."""
    answer = await http.post("vote", json={"poll_id": poll, "voter_id": voter, "choice": choice})
    if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR or answer.status_code in {408, 429}:
        return None
    return answer.is_success


async def counts(http: httpx.AsyncClient, poll: str) -> dict[str, int]:
    """Return the published counts."""
    found: dict[str, int] = (await http.get(f"results/{poll}")).raise_for_status().json()["counts"]
    return found


async def close(_http: httpx.AsyncClient, poll: str) -> None:
    """Close the poll in its table; the literal design has no function for it."""
    instance = running_instance()
    if instance is None:
        raise RuntimeError("only a running stack of this checkout can be closed")
    await asyncio.to_thread(baseline.set_status, instance, poll, "closed")
