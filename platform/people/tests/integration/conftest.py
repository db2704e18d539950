"""The service on moto: the trail's table as its template says, a user pool with a group for each role."""

import importlib
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final

import boto3
import pytest
from aws_lambda_powertools.utilities import parameters
from contracts.roles import Role
from moto import mock_aws
from samtranslator.yaml_helper import yaml_parse

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_cognito_idp.type_defs import AttributeTypeTypeDef
    from mypy_boto3_dynamodb import DynamoDBClient

TEMPLATE: Final[dict[str, Any]] = yaml_parse((Path(__file__).parents[2] / "template.yaml").read_text())
ORIGIN_SECRET: Final = {"current": "from-the-edge", "previous": ""}
POWERTOOLS: Final = {
    "POWERTOOLS_SERVICE_NAME": "people",
    "POWERTOOLS_METRICS_NAMESPACE": "ThisOrThat",
}
TABLE: Final = "tot-test-trail"
MEMBERS: Final = "tot-test-members"
ADA: Final = {"username": "ada", "cognito:groups": "[owner]"}

type Ask = Callable[..., SimpleNamespace]


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Everything there is, with nobody in the pool; yields the pool's id."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    monkeypatch.setattr(parameters.base, "DEFAULT_PROVIDERS", {})
    parameters.clear_caches()  # type: ignore[no-untyped-call]
    with mock_aws():
        table = TEMPLATE["Resources"]["TrailTable"]["Properties"]
        boto3.client("dynamodb").create_table(
            TableName=TABLE,
            AttributeDefinitions=table["AttributeDefinitions"],
            KeySchema=table["KeySchema"],
            GlobalSecondaryIndexes=table["GlobalSecondaryIndexes"],
            BillingMode=table["BillingMode"],
        )
        members = TEMPLATE["Resources"]["MembersTable"]["Properties"]
        boto3.client("dynamodb").create_table(
            TableName=MEMBERS,
            AttributeDefinitions=members["AttributeDefinitions"],
            KeySchema=members["KeySchema"],
            BillingMode=members["BillingMode"],
        )
        boto3.client("secretsmanager").create_secret(Name="origin", SecretString=json.dumps(ORIGIN_SECRET))
        cognito = boto3.client("cognito-idp")
        pool = cognito.create_user_pool(PoolName="organisers", AliasAttributes=["email"])["UserPool"]["Id"]
        for role in Role:
            cognito.create_group(UserPoolId=pool, GroupName=role.value)
        given = {
            "TRAIL_TABLE": TABLE,
            "MEMBERS_TABLE": MEMBERS,
            "USER_POOL_ID": pool,
            "ORIGIN_SECRET_ARN": "origin",
        }
        for name, value in (given | POWERTOOLS).items():
            monkeypatch.setenv(name, value)
        yield pool


@pytest.fixture
def dynamodb(aws: str) -> "DynamoDBClient":
    return boto3.client("dynamodb")


@pytest.fixture
def cognito(aws: str) -> "CognitoIdentityProviderClient":
    return boto3.client("cognito-idp")


@pytest.fixture
def given(cognito: "CognitoIdentityProviderClient", aws: str) -> Callable[..., None]:
    """Put people into the pool, each with the groups named."""

    def put(**people: str) -> None:
        for name, groups in people.items():
            address: AttributeTypeTypeDef = {"Name": "email", "Value": f"{name}@example.com"}
            cognito.admin_create_user(UserPoolId=aws, Username=name, UserAttributes=[address])
            for group in groups.split():
                cognito.admin_add_user_to_group(UserPoolId=aws, Username=name, GroupName=group)

    return put


@pytest.fixture
def subject(cognito: "CognitoIdentityProviderClient", aws: str) -> Callable[[str], str]:
    """Return the subject of an account, or one that no account has."""

    def look_up(name: str) -> str:
        try:
            found = cognito.admin_get_user(UserPoolId=aws, Username=name)["UserAttributes"]
        except cognito.exceptions.UserNotFoundException:
            return f"sub-of-{name}"
        return next(each["Value"] for each in found if each["Name"] == "sub")

    return look_up


@pytest.fixture
def handler(aws: str) -> Callable[[str], Any]:
    """Return a handler's module, imported anew for each test: it keeps clients and secrets."""
    return lambda slug: importlib.reload(importlib.import_module(f"people.handlers.{slug}"))


@pytest.fixture
def ask(handler: Callable[[str], Any], subject: Callable[[str], str]) -> Ask:
    """Send one request to the function of this slug, on the route that the template gives it.

    Claims without a subject get the one that their user name has in the pool just now.
    """
    loaded: dict[str, Any] = {}

    def send(
        slug: str, body: object = None, *, query: dict[str, str] | None = None,
        claims: dict[str, str] = ADA, **path: str,
    ) -> SimpleNamespace:  # fmt: skip
        name = slug.title().replace("_", "")
        method, route = TEMPLATE["Resources"][f"{name}Route"]["Properties"]["RouteKey"].split(" ")
        event = {
            "version": "2.0",
            "rawPath": re.sub(r"\{(\w+)\}", lambda match: path[match[1]], route),
            "headers": {"x-origin-verify": ORIGIN_SECRET["current"], "content-type": "application/json"},
            "queryStringParameters": query or {},
            "requestContext": {
                "requestId": "request-1",
                "stage": "$default",
                "http": {"method": method, "path": route},
                "authorizer": {"jwt": {"claims": {"sub": subject(claims["username"]), **claims}}},
            },
            "body": None if body is None else json.dumps(body),
        }
        loaded[slug] = loaded.get(slug) or handler(slug)
        answer = loaded[slug].handler(event, _context())
        return SimpleNamespace(status=answer["statusCode"], body=json.loads(answer["body"]))

    return send


def _context() -> SimpleNamespace:
    return SimpleNamespace(
        function_name="function", memory_limit_in_mb=512, aws_request_id="invocation-1",
        get_remaining_time_in_millis=lambda: 30_000,
        invoked_function_arn="arn:aws:lambda:eu-central-1:123456789012:function:function",
    )  # fmt: skip
