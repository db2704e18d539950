"""Records the AWS calls of functions during a test run: one JSON line for each distinct call.

Every process writes a file of its own into the folder that `DEV_AWS_CALLS` names, so that none waits for
another. Without that variable nothing is recorded.
"""

import json
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Final

from stacks.resolver import ACCOUNT, REGION

VARIABLE: Final = "DEV_AWS_CALLS"
PLAIN_KEY: Final = "x"
"""Stands for the leading key of an item without a `#kind#`, such as a poll's own."""

running_function: Final[ContextVar[str | None]] = ContextVar("running_function", default=None)
"""The function that runs, for calls of clients that all functions of a process share."""

_KIND: Final = re.compile(r"#[a-z-]+#")
_ENVIRONMENT: Final = re.compile(r"\btot-[a-z0-9]+-")
_CERTIFICATE: Final = "certificate.json"
_BUCKET: Final = re.compile(r"-\d{12}-[a-z]+-[a-z]+-\d")
# Ids that AWS or a test run chooses, by service, each with its form in the resolved templates. Objects,
# schedules and connections keep only their folder: their names identify polls and pages.
_CHOSEN_IDS: Final = {
    "secretsmanager": (re.compile(r"-[A-Za-z0-9]{6}$"), "-AbCdEf"),
    "cognito-idp": (re.compile(r"userpool/.+"), "userpool/id-of-UserPool"),
    "cloudfront": (re.compile(r"distribution/.+"), "distribution/id-of-Distribution"),
    "execute-api": (re.compile(r"[^:/]+(/[^:]*/@connections)/.+"), r"id-of-WebSocketApi\1/x"),
    "kms": (re.compile(r"key/.+"), "key/LogKey"),
    "scheduler": (re.compile(r"/close-[a-z0-9]+-.+"), "/close-test-x"),
}


@dataclass(frozen=True, order=True)
class Call:
    """One authorized or denied call. `function` is a handler's slug, or the name of a role without one."""

    function: str
    action: str
    resource: str
    leading_key: str = ""
    """The kind of the item, such as `#proof#`, where the request names its partition key."""

    denied: bool = False


class Recorder:
    """Appends each call to a file, unless this process has written it before."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._file = folder / f"{os.getpid()}-{secrets.token_hex(4)}.jsonl"
        self._written: set[Call] = set()

    def note(self, call: Call) -> None:
        """Write one call."""
        if call not in self._written:
            self._written.add(call)
            with self._file.open("a", encoding="utf-8") as file:
                file.write(json.dumps(asdict(call)) + "\n")


@contextmanager
def running(function: str) -> Iterator[None]:
    """Attribute calls of shared clients to this function inside the block."""
    token = running_function.set(function)
    try:
        yield
    finally:
        running_function.reset(token)


@cache
def recorder() -> Recorder | None:
    """Return this process's recorder, or `None` if the run records no calls."""
    folder = os.environ.get(VARIABLE)
    return Recorder(Path(folder)) if folder else None


def read_calls(folder: Path) -> dict[Call, set[str]]:
    """Return all recorded calls, each with the subfolders that have it: one for each test layer."""
    found: dict[Call, set[str]] = {}
    for file in sorted(folder.glob("*/*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            found.setdefault(Call(**json.loads(line)), set()).add(file.parent.name)
    return found


def slug_of_name(function_name: str) -> str:
    """Return the handler's slug, `vote_wrapper` for `tot-local-vote-wrapper`."""
    return _ENVIRONMENT.sub("", function_name, count=1).replace("-", "_")


def template_form(arn: str) -> str:
    """Return an ARN with the environment, account and ids of the resolved templates."""
    if arn == "*":
        return arn
    parts = _ENVIRONMENT.sub("tot-test-", arn, count=1).split(":", 5)
    service, parts[3], parts[4] = parts[2], parts[3] and REGION, parts[4] and ACCOUNT
    if service == "s3":
        bucket, *key = _BUCKET.sub(f"-{ACCOUNT}-{REGION}", parts[5]).split("/")
        parts[5] = "/".join((bucket, *_key_form(key)))
    if service in _CHOSEN_IDS:
        pattern, form = _CHOSEN_IDS[service]
        parts[5] = pattern.sub(form, parts[5], count=1)
    return ":".join(parts)


def _key_form(key: list[str]) -> list[str]:
    """Return an object's folder, and `x` for the rest but a certificate's name, which one role may remove."""
    if len(key) <= 1:
        return ["x"] * len(key)
    return [key[0], "x", _CERTIFICATE] if key[-1] == _CERTIFICATE else [key[0], "x"]


def kind_of(leading_key: str) -> str:
    """Return the kind of an item, which its partition key begins with, without the id behind it."""
    found = _KIND.match(leading_key)
    return found[0] if found else PLAIN_KEY
