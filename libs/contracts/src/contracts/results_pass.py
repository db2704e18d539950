"""Results pass: proof of having voted in a poll, issued by vote-service, read by results and realtime.

It names the poll, but neither the voter nor the choice, so it can be shown without revealing anything.
"""

import base64
import hmac
from datetime import datetime, timedelta
from typing import Final

from contracts.ids import PollId
from contracts.key_ring import KeyRing, UnknownKeyId

RESULTS_PASS_TTL: Final = timedelta(days=30)
_PARTS: Final = 5


class InvalidResultsPass(ValueError):
    """The pass was not issued here, was changed, has expired, or is for another poll."""


def mint_results_pass(keys: KeyRing, poll_id: PollId, now: datetime) -> str:
    """Return `v1.{key id}.{poll id}.{expiry, Unix seconds}.{MAC}`."""
    unsigned = f"v1.{keys.current}.{poll_id}.{int((now + RESULTS_PASS_TTL).timestamp())}"
    return f"{unsigned}.{_mac(keys, keys.current, unsigned)}"


def poll_of_results_pass(keys: KeyRing, results_pass: str, now: datetime) -> PollId:
    """Return the poll that a valid pass is for. Raises `InvalidResultsPass`."""
    parts = results_pass.split(".")
    if len(parts) != _PARTS or parts[0] != "v1" or not results_pass.isascii() or not parts[3].isdecimal():
        raise InvalidResultsPass("not a results pass")
    _, key_id, poll_id, expiry, mac = parts
    try:
        expected = _mac(keys, key_id, results_pass.rpartition(".")[0])
    except UnknownKeyId as error:
        raise InvalidResultsPass("not a results pass") from error
    if not hmac.compare_digest(expected, mac):
        raise InvalidResultsPass("not a results pass")
    if now.timestamp() >= int(expiry):
        raise InvalidResultsPass("the results pass has expired")
    return poll_id


def _mac(keys: KeyRing, key_id: str, unsigned: str) -> str:
    key = keys.derive(key_id, info=b"results-pass")
    return base64.urlsafe_b64encode(hmac.digest(key, unsigned.encode(), "sha256")).rstrip(b"=").decode()
