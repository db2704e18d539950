"""Both preflight functions, with their environment, an emulated secret and gateway events."""

import importlib
import json
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from testkit.aws import emulated_aws
from testkit.events import http_event, lambda_context

SECRET = "s3cret-of-the-distribution"
PREVIOUS = "the-one-before"
NEWS, BLOG = "https://news.example", "https://blog.example"

type Ask = Callable[..., dict[str, Any]]


@pytest.fixture
def ask(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ask]:
    """Return a function that sends an event to the handler named by the test's parameter."""
    for name, value in {
        "POWERTOOLS_SERVICE_NAME": "platform",
        "POWERTOOLS_METRICS_NAMESPACE": "ThisOrThat",
        "ALLOWED_ORIGINS": f"{NEWS},{BLOG}" if request.param == "public_preflight" else "",
    }.items():
        monkeypatch.setenv(name, value)
    with emulated_aws():
        secret = boto3.client("secretsmanager").create_secret(
            Name="origin", SecretString=json.dumps({"current": SECRET, "previous": PREVIOUS})
        )
        monkeypatch.setenv("ORIGIN_SECRET_ARN", secret["ARN"])
        module = importlib.reload(importlib.import_module(f"preflight.handlers.{request.param}"))

        def send(method: str = "OPTIONS", path: str = "/polls/active", **headers: str) -> dict[str, Any]:
            sent = {name.replace("_", "-"): value for name, value in headers.items()}
            event = http_event(method, path, headers=sent, route="OPTIONS /{proxy+}")
            answer: dict[str, Any] = module.handler(event, lambda_context())
            return answer

        yield send


def permissions(answer: dict[str, Any]) -> dict[str, str]:
    return {name: value for name, value in answer["headers"].items() if name.startswith("Access-Control-")}


PUBLIC = pytest.mark.parametrize("ask", ["public_preflight"], indirect=True)
BOTH = pytest.mark.parametrize("ask", ["public_preflight", "admin_preflight"], indirect=True)
ASKED = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "nonsense"]
FOREIGN = pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "null", "*", "", "http://news.example", f"{NEWS}:8443", f"{NEWS}.evil.example"],
)


@pytest.mark.covers("R30")
@PUBLIC
@pytest.mark.parametrize("origin", [NEWS, BLOG])
def test_an_allowed_origin_gets_read_access_only(ask: Ask, origin: str) -> None:
    for asked in ASKED:
        answer = ask(x_origin_verify=SECRET, origin=origin, access_control_request_method=asked)
        assert answer["statusCode"] == 204
        assert answer["body"] == ""
        assert answer["headers"]["Vary"] == "Origin"
        assert permissions(answer) == {
            "Access-Control-Allow-Origin": origin,
            "Access-Control-Allow-Methods": "GET",
            "Access-Control-Allow-Headers": "Content-Type, X-Requested-With",
            "Access-Control-Max-Age": "600",
        }


@pytest.mark.covers("T14", "R30")
@PUBLIC
@FOREIGN
def test_other_origins_get_no_access(ask: Ask, origin: str) -> None:
    for asked in ASKED:
        answer = ask(x_origin_verify=SECRET, origin=origin, access_control_request_method=asked)
        assert (answer["statusCode"], permissions(answer)) == (204, {})
        assert answer["headers"]["Vary"] == "Origin"


@pytest.mark.covers("R30")
@pytest.mark.parametrize("ask", ["admin_preflight"], indirect=True)
@pytest.mark.parametrize("origin", [NEWS, "https://evil.example", "null", ""])
def test_the_admin_api_grants_no_cross_origin_access(ask: Ask, origin: str) -> None:
    for asked in ASKED:
        answer = ask(
            path="/admin/api/polls",
            x_origin_verify=SECRET,
            origin=origin,
            access_control_request_method=asked,
        )
        assert (answer["statusCode"], permissions(answer)) == (204, {})


@BOTH
@pytest.mark.parametrize("sent", [{}, {"x_origin_verify": ""}, {"x_origin_verify": "guessed"}])
def test_requests_that_bypass_the_distribution_are_rejected(ask: Ask, sent: dict[str, str]) -> None:
    answer = ask(origin=NEWS, **sent)
    assert answer["statusCode"] == 403
    assert answer["headers"]["Content-Type"] == "application/problem+json"
    assert json.loads(answer["body"])["type"] == "/problems/origin-not-verified"
    assert "Access-Control-Allow-Methods" not in answer["headers"]


@BOTH
def test_the_previous_secret_is_accepted_during_rotation(ask: Ask) -> None:
    assert ask(x_origin_verify=PREVIOUS, origin=NEWS)["statusCode"] == 204


@BOTH
@pytest.mark.parametrize("path", ["/", "/polls/active", "/vote", "/a/b/c/d", "/%2e%2e/x y"])
def test_every_path_is_answered(ask: Ask, path: str) -> None:
    assert ask(path=path, x_origin_verify=SECRET)["statusCode"] == 204


@BOTH
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_any_other_method_is_not_found(ask: Ask, method: str) -> None:
    answer = ask(method=method, x_origin_verify=SECRET)
    assert answer["statusCode"] == 404
    assert json.loads(answer["body"])["type"] == "/problems/not-found"


@BOTH
def test_an_unreadable_secret_is_reported_without_details(ask: Ask) -> None:
    secrets = boto3.client("secretsmanager")
    [secret] = secrets.list_secrets()["SecretList"]
    secrets.delete_secret(SecretId=secret["ARN"], ForceDeleteWithoutRecovery=True)
    answer = ask(x_origin_verify=SECRET, origin=NEWS)
    assert answer["statusCode"] == 503
    assert json.loads(answer["body"]) == {
        "type": "/problems/unavailable",
        "title": "Not available just now: try again",
        "status": 503,
        "retry_after": 2,
    }
