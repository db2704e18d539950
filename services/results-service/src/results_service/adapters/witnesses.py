"""Witnesses of the log of certificates (C2SP tlog-witness): each cosigns heads that continue its last one."""

import base64
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from aws_lambda_powertools import Logger

TIMEOUT_SECONDS: Final = 3
_MAX_ANSWER: Final = 16_384
_SIGNATURE: Final = re.compile(r"— [^\s+]+ [A-Za-z0-9+/]+={0,2}\n")

type Proof = Callable[[int], Sequence[bytes]]
"""Returns the consistency proof from an earlier size of the log."""

logger = Logger()


@dataclass(frozen=True, slots=True)
class Witnesses:
    """Asks each witness, by its address. A witness that does not answer delays only its own cosignature."""

    urls: tuple[str, ...]

    @classmethod
    def of(cls, urls: str) -> "Witnesses":
        """Return the witnesses of a comma-separated list, which may be empty."""
        return cls(tuple(url for url in urls.split(",") if url))

    def cosigned(self, checkpoint: str, proof: Proof) -> str:
        """Return the checkpoint with the cosignatures of the witnesses that gave one."""
        for url in self.urls:
            try:
                checkpoint += _cosignatures(url, checkpoint, proof)
            except (URLError, OSError, ValueError) as error:
                logger.warning("a witness gave no cosignature", extra={"witness": url, "reason": str(error)})
        return checkpoint


def _cosignatures(url: str, checkpoint: str, proof: Proof) -> str:
    """Return the signature lines of one witness, which answers a wrong size with the size that it knows."""
    status, answer = _post(url, checkpoint, 0, ())
    if status == HTTPStatus.CONFLICT:
        before = int(answer)
        status, answer = _post(url, checkpoint, before, proof(before))
    lines = _SIGNATURE.findall(answer)
    if status != HTTPStatus.OK or "".join(lines) != answer or not lines:
        raise ValueError(f"answered {status}: {answer[:200]}")
    return answer


def _post(url: str, checkpoint: str, before: int, proof: Sequence[bytes]) -> tuple[int, str]:
    hashes = "".join(f"{base64.b64encode(hash_).decode()}\n" for hash_ in proof)
    body = f"old {before}\n{hashes}\n{checkpoint}".encode()
    request = Request(f"{url}/add-checkpoint", body)  # noqa: S310 (the template permits https only)
    try:
        with urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310
            return answer.status, answer.read(_MAX_ANSWER).decode()
    except HTTPError as error:
        return error.code, error.read(_MAX_ANSWER).decode()
