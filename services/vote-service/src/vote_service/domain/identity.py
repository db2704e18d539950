"""What makes a voter one voter, by the poll's policy: the voter token, a single-use code, or the network."""

from dataclasses import dataclass

from contracts.ids import VoterPolicy
from contracts.keys import KeyRing

from vote_service.domain.code import read_code
from vote_service.domain.errors import CodeMissing, CodeUnexpected
from vote_service.domain.network import network_of
from vote_service.domain.poll import PollCopy


@dataclass(frozen=True, slots=True, repr=False)
class RequestIdentity:
    """What a request says of its sender: the voter token's text, the address and port at the edge."""

    voter_token: str | None
    viewer_address: str | None


@dataclass(frozen=True, slots=True, repr=False)
class Identity:
    """Who asks, in this poll. Who is not `entitled` goes the whole way of a vote and gets none."""

    value: bytes
    entitled: bool = True


def identify(
    poll: PollCopy, voter_id: bytes, code: str | None, viewer_address: str | None, keys: KeyRing
) -> Identity:
    """Return who this is under the poll's policy; `voter_id` is the voter token's, `code` as it was typed.

    Raises `CodeMissing`, `CodeUnexpected`, `AddressUnknown` or `UnknownKeyId`; never for a wrong code.
    """
    if poll.policy is VoterPolicy.CODE:
        if code is None:
            raise CodeMissing
        typed = read_code(poll, code, keys)
        return Identity(typed.nonce, entitled=typed.genuine)
    if code is not None:
        raise CodeUnexpected
    if poll.policy is VoterPolicy.NETWORK:
        return Identity(network_of(viewer_address).encode())
    return Identity(voter_id)
