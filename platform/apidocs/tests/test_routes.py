"""A route without an operation, or only in the template or the code, is reported with advice."""

from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus
from types import ModuleType
from typing import Any

import pytest
from api_documents import routes
from api_documents.openapi import openapi
from api_documents.routes import NotDocumented, served_routes
from aws_lambda_powertools.event_handler import Response
from chassis.operation import Operation
from chassis.resolver import HttpApi, resolver
from chassis.settings import HttpSettings
from contracts.api import CastVote, VoterTokenIssued
from contracts.problem import ProblemType
from contracts.stack_exports import Service
from stacks.catalogue import Stack, load_stacks

ISSUE: Operation[Any] = Operation({HTTPStatus.OK: VoterTokenIssued})
CAST: Operation[CastVote] = Operation(
    {HTTPStatus.CREATED: VoterTokenIssued, HTTPStatus.OK: "text/csv", HTTPStatus.NO_CONTENT: None},
    request_model=CastVote,
    cookie="voter_token",
    errors=[ProblemType.CLOSED],
)

type Register = Callable[[HttpApi], Any]


def function() -> Callable[[], Response[str]]:
    """Return a new function, so that a declaration for one does not apply to another."""

    def never_called() -> Response[str]:
        """Do nothing. With a second sentence."""
        raise NotImplementedError

    return never_called


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Stack]:
    """Return a function that registers these routes for two functions of vote-service."""

    def with_code(issue_voter_token: Register, vote_wrapper: Register) -> Stack:
        register = {"IssueVoterTokenFunction": issue_voter_token, "VoteWrapperFunction": vote_wrapper}

        def imported(_: Stack, function: str) -> ModuleType:
            module = ModuleType(function, f"{function} in a word.\n\nAnd in more.")
            app = resolver(HttpSettings(origin_secret_arn="arn"), {}, only_pages_of="https://vote.example")
            module.__dict__["app"] = app
            register[function](app)
            return module

        monkeypatch.setattr(routes, "_import_handler", imported)
        (stack,) = [replace(stack) for stack in load_stacks() if stack.service is Service.VOTE]
        kept = {
            name: body
            for name, body in stack.plain["Resources"].items()
            if body["Type"] != "AWS::ApiGatewayV2::Route"
            or name in {"IssueVoterTokenRoute", "VoteWrapperRoute"}
        }
        stack.plain["Resources"] = kept
        return stack

    return with_code


def voter_token(app: HttpApi) -> None:
    app.post("/voter-token")(ISSUE(function()))


def test_the_document_matches_the_declared_operation(serve: Callable[..., Stack]) -> None:
    found = served_routes(serve(voter_token, lambda app: app.post("/vote")(CAST(function()))))
    document = openapi("vote-service", "Takes votes.", "1", found)
    vote = document["paths"]["/vote"]["post"]
    assert vote["operationId"] == "vote_wrapper"
    assert vote["summary"] == "VoteWrapperFunction in a word"
    assert vote["security"] == [{"voter_token": []}]
    assert vote["requestBody"]["content"]["application/json"]["schema"]["$ref"].endswith("/CastVote")
    assert {"200", "201", "204", "403", "410", "413", "415", "422", "429", "500", "503"} == vote[
        "responses"
    ].keys()
    assert vote["responses"]["200"]["content"] == {"text/csv": {"schema": {"type": "string"}}}
    assert "content" not in vote["responses"]["204"]
    assert "cross-origin-forbidden" in vote["responses"]["403"]["$ref"]


def test_a_route_without_an_operation_is_reported_with_advice(serve: Callable[..., Stack]) -> None:
    with pytest.raises(
        NotDocumented,
        match=r"vote_wrapper does not declare the request .* POST /vote\. .*http\.py.*dev openapi",
    ):
        served_routes(serve(voter_token, lambda app: app.post("/vote")(function())))


@pytest.mark.covers("T32", "R25")
def test_an_organiser_route_without_a_permission_is_reported_with_advice(serve: Callable[..., Stack]) -> None:
    stack = serve(voter_token, lambda app: app.post("/vote")(CAST(function())))
    route = stack.plain["Resources"]["VoteWrapperRoute"]
    route["Properties"]["AuthorizationType"] = "JWT"
    with pytest.raises(NotDocumented, match=r"declare the permission for POST /vote.*permission="):
        served_routes(stack)


def test_a_template_route_that_the_code_does_not_serve_is_reported(serve: Callable[..., Stack]) -> None:
    with pytest.raises(NotDocumented, match=r"vote_wrapper does not serve POST /vote"):
        served_routes(serve(voter_token, lambda _: None))


def test_a_code_route_that_the_template_lacks_is_reported(serve: Callable[..., Stack]) -> None:
    def more(app: HttpApi) -> None:
        app.post("/vote")(CAST(function()))
        app.get("/votes")(ISSUE(function()))

    with pytest.raises(NotDocumented, match=r"vote_wrapper serves .*/votes"):
        served_routes(serve(voter_token, more))
