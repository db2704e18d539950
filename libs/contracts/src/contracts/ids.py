"""Identifiers that all services share."""

import secrets
from typing import Annotated, Final

from pydantic import Field

CROCKFORD: Final = "0123456789abcdefghjkmnpqrstvwxyz"  # pragma: allowlist secret
"""Base32 without i, l, o and u (Crockford): safe to read aloud and to type."""

PollId = Annotated[str, Field(pattern=rf"^[{CROCKFORD}]{{26}}$")]
"""128 random bits as 26 characters of Crockford's base32, lower case: not enumerable."""

VoterKey = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{43}$")]
"""Base64url of an HMAC-SHA256 over poll and identity: reveals nothing about the voter outside this poll."""

Receipt = Annotated[str, Field(pattern=r"^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}$")]
"""Four groups of four characters: proves "recorded" without revealing the option. See `contracts.receipt`."""

Code = Annotated[str, Field(pattern=r"^[0-9A-HJKMNP-TV-Z]{5}(-[0-9A-HJKMNP-TV-Z]{5}){4}$")]
"""A voter's single-use code as issued: five groups of five characters. Input may be spelt less strictly."""


TraceId = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
"""The correlation id of one request, in the form of a W3C trace id.

It is random and chosen by the function that receives the request, never by a client: it identifies no voter.
"""


def crockford(number: int, length: int) -> str:
    """Return a number's lowest bits in Crockford's base32, lower case, five bits to a character."""
    return "".join(CROCKFORD[(number >> shift) & 31] for shift in range(5 * (length - 1), -1, -5))


def new_poll_id() -> str:
    """Return a fresh random `PollId`."""
    return crockford(secrets.randbits(128), 26)


def new_trace_id() -> str:
    """Return a fresh random `TraceId`."""
    return secrets.token_hex(16)
