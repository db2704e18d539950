"""The resolver, driven with the events that API Gateway sends."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

import boto3
import pytest
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from chassis.operation import Operation, UndeclaredAnswer, operation_of
from chassis.organiser import Principal, authenticated_principal
from chassis.request import organiser, poll_in_path, read_body
from chassis.resolver import resolver
from chassis.response import SHARED_BRIEFLY, json_answer
from chassis.settings import HttpSettings
from contracts.api import CastVote, Counts, VoterTokenIssued
from contracts.domain_error import DomainError
from contracts.ids import new_poll_id
from contracts.problem import Problem, ProblemType
from contracts.roles import Permission, Role
from testkit.aws import emulated_aws
from testkit.events import http_event

SITE = "https://vote.example.com"
READER = "https://news.example.com"

type Send = Callable[..., dict[str, Any]]


class TooEarly(DomainError):
    """An error of a service."""


class Busy(DomainError):
    """An error with a time to retry."""

    retry_after = 2


@pytest.fixture(scope="module")
def secret_arn() -> Iterator[str]:
    with emulated_aws():
        value = json.dumps({"current": "new", "previous": "old"})
        yield boto3.client("secretsmanager").create_secret(Name="origin", SecretString=value)["ARN"]


@pytest.fixture
def settings(secret_arn: str) -> HttpSettings:
    return HttpSettings(origin_secret_arn=secret_arn, allowed_origins=frozenset({READER}))


@pytest.fixture
def app(settings: HttpSettings) -> APIGatewayHttpResolver:
    return resolver(settings, {TooEarly: ProblemType.NOT_OPEN_YET, Busy: ProblemType.THROTTLED})


@pytest.fixture
def send(app: APIGatewayHttpResolver) -> Send:
    return sender(app)


def sender(app: APIGatewayHttpResolver) -> Send:
    def send(
        route: str, *, body: str | None = None, claims: dict[str, Any] | None = None, **headers: str
    ) -> dict[str, Any]:
        method, path = route.split()
        sent = {"x-origin-verify": "new"} | {name.replace("_", "-"): text for name, text in headers.items()}
        event = http_event(method, path, body, headers=sent, claims=claims)
        return app.resolve(event, None)  # type: ignore[arg-type]

    return send


def problem_of(answer: dict[str, Any]) -> Problem:
    assert answer["headers"]["Content-Type"] == "application/problem+json"
    assert answer["headers"]["Cache-Control"] == "private, no-store"
    problem = Problem.model_validate_json(answer["body"])
    assert problem.status == answer["statusCode"]
    return problem


@pytest.mark.parametrize(("sent", "status"), [("new", 200), ("old", 200), ("wrong", 403), ("", 403)])
def test_requests_without_the_origin_secret_are_refused(
    app: APIGatewayHttpResolver, send: Send, sent: str, status: int
) -> None:
    app.get("/counts")(lambda: json_answer(Counts(a=1, b=2)))
    assert send("GET /counts", x_origin_verify=sent)["statusCode"] == status


def test_unreadable_secret_returns_unavailable(settings: HttpSettings) -> None:
    lost = settings.model_copy(update={"origin_secret_arn": "missing"})
    answer = sender(resolver(lost, {}))("GET /counts")
    assert problem_of(answer).type == ProblemType.UNAVAILABLE.uri


@pytest.mark.covers("T14", "R31")
@pytest.mark.parametrize(("origin", "shared"), [(READER, True), ("https://evil.example", False)])
@pytest.mark.parametrize("path", ["/counts", "/refused", "/broken", "/nowhere"])
def test_allowed_origin_may_read_responses_and_errors(
    app: APIGatewayHttpResolver, send: Send, origin: str, shared: bool, path: str
) -> None:
    def refuse() -> Response[str]:
        raise TooEarly

    def fail() -> Response[str]:
        raise RuntimeError("secret detail")

    app.get("/counts")(lambda: json_answer(Counts(a=1, b=2), cache=SHARED_BRIEFLY))
    app.get("/refused")(refuse)
    app.get("/broken")(fail)
    answer = send(f"GET {path}", origin=origin)
    assert answer["headers"]["Vary"] == "Origin"
    assert answer["headers"].get("Access-Control-Allow-Origin") == (origin if shared else None)
    assert "secret detail" not in answer["body"]


def test_page_route_refuses_a_foreign_page(settings: HttpSettings) -> None:
    app = resolver(settings, {}, only_pages_of=SITE)
    app.post("/counts")(lambda: json_answer(Counts(a=1, b=2)))
    send = sender(app)
    assert send("POST /counts", origin=SITE)["statusCode"] == 200
    assert send("POST /counts", sec_fetch_site="same-origin")["statusCode"] == 200
    assert problem_of(send("POST /counts", sec_fetch_site="cross-site", origin=SITE)).status == 403
    assert problem_of(send("POST /counts", origin="https://evil.example")).status == 403
    assert problem_of(send("POST /counts")).status == 403


def test_problem_contains_the_message_and_retry_after(app: APIGatewayHttpResolver, send: Send) -> None:
    opens_at = datetime.now(UTC) + timedelta(seconds=30)

    def early() -> Response[str]:
        raise TooEarly("Opens soon", opens_at=opens_at)

    def busy() -> Response[str]:
        raise Busy

    app.get("/early")(early)
    app.get("/busy")(busy)
    problem = problem_of(answer := send("GET /early"))
    assert (problem.detail, problem.type) == ("Opens soon", ProblemType.NOT_OPEN_YET.uri)
    assert 0 < int(answer["headers"]["Retry-After"]) <= 30
    assert send("GET /busy")["headers"]["Retry-After"] == "2"


@pytest.mark.covers("R18")
@pytest.mark.parametrize(
    ("body", "content_type", "kind"),
    [
        ("{}", "text/plain", ProblemType.NOT_JSON),
        ("not json", "application/json", ProblemType.VALIDATION_FAILED),
        ("", "application/json", ProblemType.VALIDATION_FAILED),
        ('{"poll_id": "x", "choice": "c"}', "application/json", ProblemType.VALIDATION_FAILED),
        ("[" * 5000, "application/json", ProblemType.TOO_LARGE),
        ("\ud800", "application/json", ProblemType.VALIDATION_FAILED),
    ],
)
def test_invalid_body_names_its_fields_and_repeats_no_value(
    app: APIGatewayHttpResolver, send: Send, body: str, content_type: str, kind: ProblemType
) -> None:
    app.post("/vote")(lambda: json_answer(read_body(app, CastVote)))
    problem = problem_of(send("POST /vote", body=body, content_type=content_type))
    assert problem.type == kind.uri
    if body.startswith('{"'):
        assert problem.errors is not None
        assert {error.field for error in problem.errors} == {"poll_id", "choice"}


def test_base64_encoded_body_is_decoded(app: APIGatewayHttpResolver) -> None:
    vote = CastVote.model_validate({"poll_id": new_poll_id(), "choice": "a"})
    app.post("/vote")(lambda: json_answer(read_body(app, CastVote)))
    headers = {"x-origin-verify": "new", "content-type": "application/json; charset=utf-8"}
    event = http_event("POST", "/vote", vote.model_dump_json().encode(), headers=headers)
    assert event["isBase64Encoded"]
    answer = app.resolve(event, None)  # type: ignore[arg-type]
    assert CastVote.model_validate_json(answer["body"]) == vote


def test_invalid_poll_id_is_an_unknown_poll(app: APIGatewayHttpResolver, send: Send) -> None:
    app.get("/polls/<poll_id>")(
        lambda poll_id: json_answer(CastVote(poll_id=poll_in_path(poll_id), choice="a"))
    )
    assert send(f"GET /polls/{new_poll_id()}")["statusCode"] == 200
    assert problem_of(send("GET /polls/oil")).type == ProblemType.UNKNOWN_POLL.uri


@pytest.mark.parametrize("claims", [None, {}, {"sub": ""}])
def test_organiser_is_the_subject_of_the_verified_token(
    app: APIGatewayHttpResolver, send: Send, claims: dict[str, str] | None
) -> None:
    app.get("/me")(lambda: json_answer(Counts(a=len(organiser(app)), b=0)))
    assert json.loads(send("GET /me", claims={"sub": "ada"})["body"])["a"] == 3
    assert problem_of(send("GET /me", claims=claims)).type == ProblemType.NOT_ALLOWED.uri


@pytest.mark.covers("T12", "R25")
@pytest.mark.parametrize("claims", [None, {}, {"cognito:groups": "[owner]"}])
def test_admin_route_refuses_requests_without_a_verified_token(
    app: APIGatewayHttpResolver, send: Send, claims: dict[str, str] | None
) -> None:
    seen = Operation({HTTPStatus.OK: Counts}, permission=Permission.READ)
    app.get("/admin/api/counts")(seen(lambda: json_answer(Counts(a=1, b=2))))
    vouched = {"sub": "ada", "cognito:groups": "[viewer]"}
    assert send("GET /admin/api/counts", claims=vouched)["statusCode"] == 200
    assert problem_of(send("GET /admin/api/counts", claims=claims)).type == ProblemType.NOT_ALLOWED.uri


@pytest.mark.covers("T32", "R25")
@pytest.mark.filterwarnings("ignore:undeclared answer")
@pytest.mark.parametrize("declared", [None, Operation({HTTPStatus.OK: Counts})])
def test_admin_route_without_a_declared_role_returns_not_found(
    app: APIGatewayHttpResolver, send: Send, declared: Operation | None
) -> None:
    def count() -> Response[str]:
        return json_answer(Counts(a=1, b=2))

    app.get("/admin/api/counts")(count if declared is None else declared(count))
    owner = {"sub": "ada", "cognito:groups": "[owner editor viewer]"}
    assert problem_of(send("GET /admin/api/counts", claims=owner)).type == ProblemType.NOT_FOUND.uri


@pytest.mark.covers("T32", "R25")
@pytest.mark.parametrize("needed", Permission)
@pytest.mark.parametrize("given", [None, *Role])
def test_route_requires_its_permission_and_names_the_least_role_otherwise(
    app: APIGatewayHttpResolver, send: Send, needed: Permission, given: Role | None
) -> None:
    reached = []

    def count() -> Response[str]:
        reached.append(given)
        return json_answer(Counts(a=1, b=2))

    app.post("/admin/api/counts")(Operation({HTTPStatus.OK: Counts}, permission=needed)(count))
    groups = {} if given is None else {"cognito:groups": f"[{given}]"}
    answer = send("POST /admin/api/counts", claims={"sub": "ada", **groups})
    may = given is not None and needed in given.permissions
    assert bool(reached) == may
    if may:
        assert answer["statusCode"] == 200
    else:
        problem = problem_of(answer)
        assert (problem.status, problem.type) == (403, ProblemType.INSUFFICIENT_ROLE.uri)
        assert f"needs the role {Role.least_with(needed)}" in (problem.detail or "")
        assert (f"yours is {given}" if given else "you have none yet") in (problem.detail or "")
        assert "owner can change that" in (problem.detail or "").lower()


@pytest.mark.covers("T32")
@pytest.mark.parametrize(
    ("claim", "role"),
    [
        ("[owner]", Role.OWNER),
        ("[viewer editor]", Role.EDITOR),
        ("[choir viewer]", Role.VIEWER),
        (["owner", "viewer"], Role.OWNER),
        ("[owners]", None),
        ("[OWNER]", None),
        ("[x,owner]", None),
        ("owner", None),
        ("[]", None),
        ("", None),
        ([1, None], None),
        ({"owner": True}, None),
        (None, None),
    ],
)
def test_role_is_the_highest_group_in_the_token(
    app: APIGatewayHttpResolver, send: Send, claim: Any, role: Role | None
) -> None:
    found: list[Principal] = []

    def me() -> Response[str]:
        found.append(authenticated_principal(app))
        return json_answer(Counts(a=1, b=2))

    app.get("/me")(me)
    send("GET /me", claims={"sub": "sub-1", "username": "ada", "cognito:groups": claim})
    assert found == [Principal("sub-1", "ada", role)]
    send("GET /me", claims={"sub": "sub-1"})
    assert found[1] == Principal("sub-1", "sub-1", None), "the subject replaces a missing name"


def test_request_model_is_read_from_the_body_or_from_the_query_of_a_get(
    app: APIGatewayHttpResolver, send: Send
) -> None:
    counts = Operation({HTTPStatus.OK: Counts}, request_model=Counts, required=False)
    app.post("/counts")(counts(lambda: json_answer(counts.read(app))))
    answer = send("POST /counts", body='{"a": 1, "b": 2}', content_type="application/json")
    assert json.loads(answer["body"]) == {"a": 1, "b": 2}
    assert problem_of(send("POST /counts")).type == ProblemType.VALIDATION_FAILED.uri

    app.get("/counts")(counts(lambda: json_answer(counts.read(app))))
    assert json.loads(send("GET /counts?a=3&b=4")["body"]) == {"a": 3, "b": 4}


def test_operation_without_a_request_model_cannot_read(app: APIGatewayHttpResolver) -> None:
    with pytest.raises(TypeError):
        Operation({HTTPStatus.OK: Counts}).read(app)


def test_a_function_without_an_operation_has_none() -> None:
    assert operation_of(test_a_function_without_an_operation_has_none) is None


def refusing(error: type[Exception]) -> Callable[[], Response[str]]:
    def refuse() -> Response[str]:
        raise error

    return refuse


DECLARED = Operation(
    {HTTPStatus.OK: Counts, HTTPStatus.ACCEPTED: "text/csv"}, errors=[ProblemType.NOT_OPEN_YET]
)
AS_DECLARED: dict[str, Callable[[], Response[str]]] = {
    "the-contract": lambda: json_answer(Counts(a=1, b=2)),
    "the-media-type": lambda: Response(202, "text/csv", "a,b"),
    "a-refusal-of-its-own": refusing(TooEarly),
    "implied-by-the-route": refusing(RuntimeError),
}
NOT_DECLARED: dict[str, Callable[[], Response[str]]] = {
    "another-contract": lambda: json_answer(VoterTokenIssued(expires_at=datetime.now(UTC))),
    "another-status": lambda: json_answer(Counts(a=1, b=2), HTTPStatus.CREATED),
    "another-media-type": lambda: Response(202, "text/html", "<p>"),
    "no-body": lambda: Response(204),
    "another-refusal": refusing(Busy),
}


@pytest.mark.parametrize("function", AS_DECLARED.values(), ids=AS_DECLARED)
def test_declared_response_is_sent_without_a_warning(
    app: APIGatewayHttpResolver, send: Send, function: Callable[[], Response[str]]
) -> None:
    app.get("/counts")(DECLARED(function))
    assert send("GET /counts")["statusCode"] in {200, 202, 409, 500}


@pytest.mark.covers("T30")
@pytest.mark.filterwarnings("always:undeclared answer")
@pytest.mark.parametrize("function", NOT_DECLARED.values(), ids=NOT_DECLARED)
def test_undeclared_response_is_sent_with_a_warning(
    app: APIGatewayHttpResolver, send: Send, function: Callable[[], Response[str]]
) -> None:
    app.get("/counts")(DECLARED(function))
    with pytest.warns(UndeclaredAnswer, match="GET /counts"):
        assert send("GET /counts")["statusCode"] < 500


def test_settings_without_a_resource_name_are_rejected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ORIGIN_SECRET_ARN", raising=False)
    with pytest.raises(ValueError, match="origin_secret_arn"):
        HttpSettings.from_environment()
    monkeypatch.setenv("ORIGIN_SECRET_ARN", "arn")
    monkeypatch.setenv("ALLOWED_ORIGINS", f"{READER}, {SITE}")
    assert HttpSettings.from_environment().allowed_origins == {READER, SITE}
