"""Time budgets: when AWS hangs, every function still responds within its own Timeout."""

import ast
import json
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from operator import attrgetter
from pathlib import Path
from typing import Any, Final

import boto3
import chassis.aws
import chassis.secret
import pytest
from aws_lambda_powertools.utilities import parameters
from botocore.config import Config
from devkit.checkout import ROOT
from stacks.catalogue import load_stacks

from .time_budgets import (
    Clock,
    Function,
    Hanging,
    RealClock,
    Started,
    context,
    events,
    functions,
    http_routes,
    longest_call,
)

FUNCTIONS: Final = functions(load_stacks())
SHARED: Final = {name: value for name, value in vars(chassis.aws).items() if isinstance(value, Config)} | {
    "chassis.secret.AWS_CONFIG": chassis.secret.AWS_CONFIG
}
ANSWERS_ANYWAY: Final = {
    # A voter token is issued uncounted rather than not at all.
    "POST /voter-token": 200,
    # These need Secrets Manager only.
    "POST /live/ticket": 200,
    "POST /admin/api/live/ticket": 200,
}
CLIENTS: Final = {"boto3.client", "boto3.resource"}
SOURCES: Final = [
    path
    for package in ("services/*", "platform/chassis", "platform/members", "platform/preflight")
    for path in ROOT.glob(f"{package}/src/**/*.py")
]


def too_long(function: Function, started: Started) -> list[str]:
    """Return each client configuration with a longest call beyond the function's timeout."""
    return [
        f"{function.slug}: {name} may last {longest_call(config)} s of {function.timeout} s"
        for name, config in (started.budgets | SHARED).items()
        if longest_call(config) + chassis.aws.RESPONSE_RESERVE_SECONDS > function.timeout
    ]


def clients_ignoring_the_deadline(started: Started) -> list[str]:
    """Return the clients that would start an attempt after the deadline."""
    found = []
    for client in started.clients:
        with chassis.aws.deadline(context(FUNCTIONS[0], Clock())):
            try:
                chassis.aws._ends_at = 0.0
                client.meta.events.emit("before-send.any.Call", request=None)
                found.append(client.meta.service_model.service_name)
            except chassis.aws.NoTimeLeft:
                pass
    return found


def test_longest_call_of_every_client_fits_into_the_function_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for function in FUNCTIONS:
        with function.started(monkeypatch) as started:
            found += too_long(function, started)
    assert found == []


def test_every_client_respects_the_deadline_of_its_invocation(monkeypatch: pytest.MonkeyPatch) -> None:
    found = {}
    for function in FUNCTIONS:
        with function.started(monkeypatch) as started:
            if names := clients_ignoring_the_deadline(started):
                found[function.slug] = names
    assert found == {}


def test_client_with_its_own_configuration_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    function = next(one for one in FUNCTIONS if one.slug == "get_results")
    with function.started(monkeypatch) as started:
        boto3.client(
            "dynamodb", config=Config(retries={"mode": "standard", "max_attempts": 3}, read_timeout=5)
        )
        (found,) = [found for found in too_long(function, started) if "client of dynamodb" in found]
        assert found == "get_results: client of dynamodb, 1 may last 267.0 s of 10.0 s"
        assert clients_ignoring_the_deadline(started) == ["dynamodb"]


def test_every_client_is_created_with_a_configuration() -> None:
    found = []
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or ast.unparse(node.func) not in CLIENTS:
                continue
            if "config" not in {keyword.arg for keyword in node.keywords}:
                found.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert SOURCES
    assert found == []


def test_every_handler_sets_a_deadline() -> None:
    """By an entry point or the decorator: client timeouts limit one call, the deadline limits their sum."""
    without_deadline = [
        path.stem
        for path in SOURCES
        if path.parent.name == "handlers" and path.stem != "__init__"
        if not {"entry_point", "event_entry_point", "within_timeout"} & set(_names_in(path))
    ]
    # It calls S3 and CloudFront with its own timeouts, and responds to CloudFormation in every case.
    assert without_deadline == ["publish_site"]


def test_every_http_integration_is_covered_here() -> None:
    """Every function behind an HTTP API is tested below, however its module looks."""
    integrations = [
        name
        for stack in load_stacks()
        for name, integration in stack.properties("AWS::ApiGatewayV2::Integration").items()
        if integration.get("PayloadFormatVersion") == "2.0"
    ]
    served = [function.logical_id for function in FUNCTIONS if function.serves_http]
    assert sorted(served) == sorted(name.replace("Integration", "Function") for name in integrations)


def test_http_functions_respond_in_time_when_dynamodb_hangs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers = dict(_answers(monkeypatch, "secretsmanager"))
    assert set(answers) == http_routes(load_stacks()), "every route that a template has, and no other"
    wrong = {
        route: answer
        for route, answer in answers.items()
        if answer[0] != ANSWERS_ANYWAY.get(route, 204 if route.startswith("OPTIONS") else 503)
    }
    assert wrong == {}


def test_http_functions_respond_503_in_time_when_all_of_aws_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = dict(_answers(monkeypatch))
    wrong = {route: answer for route, answer in answers.items() if answer[0] not in {503, 204}}
    assert wrong == {}


def test_hanging_endpoint_leaves_time_to_respond_in_real_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Checks the computed timeouts with a real socket and real time: 3 s of the function's 10 s."""
    function = next(one for one in FUNCTIONS if one.slug == "get_results")
    with socket.create_server(("127.0.0.1", 0)) as endpoint:
        make: Any = boto3.client
        address = f"http://127.0.0.1:{endpoint.getsockname()[1]}"
        monkeypatch.setattr(
            boto3, "client", lambda *args, **kwargs: make(*args, **kwargs, endpoint_url=address)
        )
        parameters.clear_caches()  # type: ignore[no-untyped-call]
        with function.started(monkeypatch) as started:
            event = events(started.module, datetime.now(UTC))["GET /results/<poll_id>"]
            invocation = context(function, RealClock())
            answer = started.module.handler(event, invocation)
            assert answer["statusCode"] == 503
            assert invocation.get_remaining_time_in_millis() > 0
        endpoint.settimeout(0)
        endpoint.accept()  # the call arrived here
    parameters.clear_caches()  # type: ignore[no-untyped-call]


def _answers(monkeypatch: pytest.MonkeyPatch, *answering: str) -> Iterator[tuple[str, tuple[int, str]]]:
    for function in filter(attrgetter("serves_http"), FUNCTIONS):
        with function.started(monkeypatch) as started:
            for route in events(started.module, datetime.now(UTC)):
                with Hanging.put(monkeypatch, *answering) as hanging:
                    yield route, _answer(function, started, route, hanging)


def _answer(function: Function, started: Started, route: str, hanging: Hanging) -> tuple[int, str]:
    began = hanging.clock.now
    event = events(started.module, datetime.now(UTC))[route]
    answer = started.module.handler(event, context(function, hanging.clock))
    lasted = hanging.clock.now - began
    assert lasted < function.timeout, f"{route}: {lasted} s of {function.timeout} s, {hanging.calls}"
    if answer["statusCode"] == 503 and not route.startswith("HEAD"):
        kind = answer["headers"]["Content-Type"]
        page = kind.startswith("text/html") and answer["body"].startswith("<!doctype html>")
        assert page or json.loads(answer["body"])["type"].endswith("unavailable"), answer["body"]
    return answer["statusCode"], f"{hanging.calls} {answer.get('body')}"


def _names_in(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            yield from (name.name for name in node.names)
