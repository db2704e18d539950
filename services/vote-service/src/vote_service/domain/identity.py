"""Identify the voter by the poll's policy: the voter token, a single-use code, or the network."""

from dataclasses import dataclass

from contracts.enums import VoterPolicy
from contracts.key_ring import KeyRing
from contracts.network import network_of

from vote_service.domain.code import read_code
from vote_service.domain.errors import CodeMissing, CodeUnexpected
from vote_service.domain.poll import PollCopy


@dataclass(frozen=True, slots=True, repr=False)
class RequestIdentity:
    """Identifying data of a request: the voter token cookie, and the client's address and port."""

    voter_token: str | None
    client_address: str | None


@dataclass(frozen=True, slots=True, repr=False)
class Identity:
    """A voter's identity in one poll. If not `entitled`, the vote takes the usual path and is rejected."""

    value: bytes
    entitled: bool = True


def identify(
    poll: PollCopy, voter_id: bytes, code: str | None, client_address: str | None, keys: KeyRing
) -> Identity:
    """Return the voter's identity under the poll's policy; `voter_id` comes from the voter token.

    Raises `CodeMissing`, `CodeUnexpected`, `AddressUnknown` or `UnknownKeyId`. A wrong code raises nothing;
    its identity is not `entitled`.
    """
    if poll.policy is VoterPolicy.CODE:
        if code is None:
            raise CodeMissing
        typed = read_code(poll, code, keys)
        return Identity(typed.nonce, entitled=typed.genuine)
    if code is not None:
        raise CodeUnexpected
    if poll.policy is VoterPolicy.NETWORK:
        return Identity(network_of(client_address).encode())
    return Identity(voter_id)
