"""Records the calls of handlers that run in a test's own process, on an AWS emulated in memory.

A handler creates its clients when its module is imported, or when it runs, so a client belongs to the
function that created it. The secrets' client is shared by all functions of a process: its calls belong to the
function that runs. Calls outside of an invocation, which has a deadline, are not recorded: tests make them,
also by a handler's own adapters.
"""

import json
import re
import sys
from collections.abc import Iterator
from functools import partial
from math import isinf
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

import botocore.session
from chassis.aws import seconds_left
from ministack.core import iam_actions
from stacks.resolver import ACCOUNT, REGION

from privileges.actions import single
from privileges.calls import Call, Recorder, kind_of, running_function, template_form
from privileges.leading_keys import HashKey, LeadingKeys

ABSENT: Final = "no-such-"
"""Tests give a function the name of an absent resource with this prefix, to see how it fails."""

ANSWERED_BY_TESTS: Final = (
    "before-call.sfn.StartSyncExecution",
    "before-call.lambda.Invoke",
    "before-call.kms.GetPublicKey",
    "before-call.kms.Sign",
)

_SHARING: Final = "chassis.secret"
"""This module creates a client at the first read of a secret, for all functions of the process."""

_HANDLER: Final = re.compile(r"\.handlers\.(\w+)$")


class RecordedSession(botocore.session.Session):
    """A session with clients that record their calls."""

    def __init__(self, recorder: Recorder, hash_key: HashKey) -> None:
        super().__init__()
        self._recorder, self._hash_key = recorder, hash_key

    def create_client(self, service_name: str, *args: Any, **named: Any) -> Any:
        """Create a client of the function whose handler is being imported, or runs."""
        client: Any = super().create_client(service_name, *args, **named)
        note = partial(self._note, *_creator())
        # Tests answer all but the first of these calls themselves, and the first answer ends the event.
        for name in ("before-call", *ANSWERED_BY_TESTS):
            client.meta.events.register_first(name, note)
        return client

    def _note(
        self, owner: str | None, in_invocation: bool, model: Any, params: dict[str, Any], **_: Any
    ) -> None:  # fmt: skip
        function = owner or running_function.get()
        if function is None or (isinf(seconds_left()) and not in_invocation):
            return
        service = model.service_model.signing_name
        keys = LeadingKeys(params["body"] if service == "dynamodb" else b"", self._hash_key)
        for action, resource in checks(service, params):
            if ABSENT in resource:
                continue
            for kind in sorted({kind_of(key) for key in keys.of(action, resource)} or {""}):
                self._recorder.note(Call(function, action, template_form(resource), kind))


def checks(service: str, request: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the actions and resources that AWS authorizes for one request, as the emulator derives them."""
    address = urlsplit(request.get("auth_path") or request["url"])
    query = dict(parse_qsl(urlsplit(request["url"]).query, keep_blank_values=True))
    headers = {name.lower(): value for name, value in request["headers"].items()}
    body = request["body"] if isinstance(request["body"], bytes) else b""
    asked = service, request["method"], address.path, headers, body, query
    action = iam_actions.extract_iam_action(*asked)
    if action is None:
        raise LookupError(f"no IAM action is known for {request['method']} {address.path} of {service}")
    if service == "dynamodb":
        tables = [(action, table) for table in iam_actions.dynamodb_resource_arns(body, REGION, ACCOUNT)]
        yield from iam_actions.dynamodb_transaction_checks(action, body, REGION, ACCOUNT) or tables
        return
    yield single(action), iam_actions.extract_resource_arn(*asked, REGION, ACCOUNT)
    if action == "scheduler:CreateSchedule":
        yield "iam:PassRole", json.loads(body)["Target"]["RoleArn"]
    yield from iam_actions.s3_additional_checks(*asked[1:4], body, query) if service == "s3" else ()


def _creator() -> tuple[str | None, bool]:
    """Return the function whose handler creates a client now, and whether it runs or is being imported."""
    frame: Any = sys._getframe()
    while frame is not None and frame.f_globals.get("__name__") != _SHARING:
        if found := _HANDLER.search(frame.f_globals.get("__name__", "")):
            return found[1], frame.f_code.co_name != "<module>"
        frame = frame.f_back
    return None, False
