"""The voter token: a signed cookie with a random voter id, which makes a browser one anonymous voter.

`v1.{key id}.{voter id}.{issued at, Unix seconds}.{MAC}`; the MAC covers the text before it, so a voter token
has exactly one spelling and any changed character invalidates it.
"""

import base64
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Self

from contracts.key_ring import KeyRing, UnknownKeyId

from vote_service.domain.errors import InvalidVoterToken, NoVoterToken, VoterTokenExpired

VOTER_TOKEN_TTL: Final = timedelta(days=180)
"""Maximum age of a voter token for voting."""

COOKIE_MAX_AGE: Final = timedelta(days=365)
"""`Max-Age` of the cookie: longer than the token's validity, so that it can be renewed."""

VOTER_ID_BYTES: Final = 16
_VERSION: Final = "v1"
_PARTS: Final = 5


@dataclass(frozen=True, slots=True)
class VoterToken:
    """A genuine voter token: the voter's 16 random bytes and when it was issued (UTC, whole seconds)."""

    voter_id: bytes
    issued_at: datetime

    @property
    def expires_at(self) -> datetime:
        """The time until which the voter token is accepted for voting."""
        return self.issued_at + VOTER_TOKEN_TTL

    @classmethod
    def new(cls, now: datetime) -> Self:
        """Return a voter token for a new voter."""
        return cls(secrets.token_bytes(VOTER_ID_BYTES), now.replace(microsecond=0))

    def renewed(self, now: datetime) -> "VoterToken":
        """Return a voter token for the same voter, issued now."""
        return VoterToken(self.voter_id, now.replace(microsecond=0))

    def require_valid(self, now: datetime) -> None:
        """Raise `VoterTokenExpired` if the voter token is too old to vote."""
        if now >= self.expires_at:
            raise VoterTokenExpired


def renew_voter_token(text: str | None, keys: KeyRing, now: datetime) -> VoterToken | None:
    """Return the cookie's voter token, renewed for the same voter; a genuine one of any age is renewed.

    Return None if the cookie has no genuine voter token.
    """
    try:
        return read_voter_token(text, keys).renewed(now)
    except (NoVoterToken, InvalidVoterToken):
        return None


def write_voter_token(voter_token: VoterToken, keys: KeyRing) -> str:
    """Return the cookie value of a voter token, signed with the current key."""
    unsigned = (
        f"{_VERSION}.{keys.current}.{_encode(voter_token.voter_id)}.{int(voter_token.issued_at.timestamp())}"
    )
    return f"{unsigned}.{_mac(keys, keys.current, unsigned)}"


def read_voter_token(text: str | None, keys: KeyRing) -> VoterToken:
    """Verify a cookie and return its voter token of any age. Raises `NoVoterToken` or `InvalidVoterToken`."""
    if not text:
        raise NoVoterToken
    parts = text.split(".")
    if len(parts) != _PARTS or parts[0] != _VERSION or not text.isascii():
        raise InvalidVoterToken
    unsigned, _, mac = text.rpartition(".")
    try:
        expected = _mac(keys, parts[1], unsigned)
    except UnknownKeyId as error:
        raise InvalidVoterToken from error
    if not hmac.compare_digest(expected, mac):
        raise InvalidVoterToken
    return VoterToken(
        voter_id=base64.urlsafe_b64decode(f"{parts[2]}=="),
        issued_at=datetime.fromtimestamp(int(parts[3]), UTC),
    )


def _mac(keys: KeyRing, key_id: str, unsigned: str) -> str:
    return _encode(hmac.digest(keys.derive(key_id, info=b"voter_token"), unsigned.encode(), "sha256"))


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
