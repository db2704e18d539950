"""The service on moto: the audit log's table as its template says, a user pool with a group for each role."""

import importlib
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

import boto3
import pytest
from contracts.roles import Role
from stacks.template import read_template
from testkit import moto_state
from testkit.aws import create_table, emulated_aws
from testkit.events import ACCOUNT, REGION, http_event, lambda_context

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_cognito_idp.type_defs import AttributeTypeTypeDef
    from mypy_boto3_dynamodb import DynamoDBClient

TEMPLATE: Final[dict[str, Any]] = read_template(Path(__file__).parents[2] / "template.yaml")
ORIGIN_SECRET: Final = {"current": "from-the-edge", "previous": ""}
POWERTOOLS: Final = {
    "POWERTOOLS_SERVICE_NAME": "members",
    "POWERTOOLS_METRICS_NAMESPACE": "ThisOrThat",
}
TABLE: Final = "tot-test-audit-log"
MEMBERS: Final = "tot-test-members"
ADA: Final = {"username": "ada", "cognito:groups": "[owner]"}

type Ask = Callable[..., SimpleNamespace]


@pytest.fixture(scope="module")
def account() -> Iterator[str]:
    """Create the pool with its groups and the origin secret; yield the pool's id."""
    with emulated_aws() as environment:
        boto3.client("secretsmanager").create_secret(Name="origin", SecretString=json.dumps(ORIGIN_SECRET))
        cognito = boto3.client("cognito-idp")
        pool = cognito.create_user_pool(PoolName="organisers", AliasAttributes=["email"])["UserPool"]["Id"]
        for role in Role:
            cognito.create_group(UserPoolId=pool, GroupName=role.value)
        given = {
            "AUDIT_LOG_TABLE": TABLE,
            "MEMBERS_TABLE": MEMBERS,
            "USER_POOL_ID": pool,
            "ORIGIN_SECRET_ARN": "origin",
        }
        for name, value in (given | POWERTOOLS).items():
            environment.setenv(name, value)
        yield pool


@pytest.fixture
def aws(account: str) -> str:
    """Return the pool's id, with an empty pool and empty tables; a test may delete a table."""
    moto_state.clear(ACCOUNT, REGION)
    client = boto3.client("dynamodb")
    for logical_id, name in (("AuditLogTable", TABLE), ("MembersTable", MEMBERS)):
        if name not in client.list_tables()["TableNames"]:
            create_table(client, TEMPLATE["Resources"][logical_id]["Properties"], name)
    return account


@pytest.fixture
def dynamodb(aws: str) -> "DynamoDBClient":
    return boto3.client("dynamodb")


@pytest.fixture
def cognito(aws: str) -> "CognitoIdentityProviderClient":
    return boto3.client("cognito-idp")


@pytest.fixture
def given(cognito: "CognitoIdentityProviderClient", aws: str) -> Callable[..., None]:
    """Return a function that adds accounts to the pool, each with its groups."""

    def put(**members: str) -> None:
        for name, groups in members.items():
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
    """Return a handler's module, reloaded for each test because it holds clients and secrets."""
    return lambda slug: importlib.reload(importlib.import_module(f"members.handlers.{slug}"))


@pytest.fixture
def ask(handler: Callable[[str], Any], subject: Callable[[str], str]) -> Ask:
    """Send one request to the function of this slug, on the route that the template gives it.

    Claims without a subject get the current subject of their user name in the pool.
    """
    loaded: dict[str, Any] = {}

    def send(
        slug: str, body: object = None, *, query: dict[str, str] | None = None,
        claims: dict[str, str] = ADA, **path: str,
    ) -> SimpleNamespace:  # fmt: skip
        name = slug.title().replace("_", "")
        method, route = TEMPLATE["Resources"][f"{name}Route"]["Properties"]["RouteKey"].split(" ")
        address = re.sub(r"\{(\w+)\}", lambda match: path[match[1]], route) + f"?{urlencode(query or {})}"
        headers = {"x-origin-verify": ORIGIN_SECRET["current"], "content-type": "application/json"}
        known = {"sub": subject(claims["username"]), **claims}
        event = http_event(method, address, body, headers=headers, claims=known)
        loaded[slug] = loaded.get(slug) or handler(slug)
        answer = loaded[slug].handler(event, lambda_context())
        return SimpleNamespace(status=answer["statusCode"], body=json.loads(answer["body"] or "null"))

    return send


def listen(monkeypatch: pytest.MonkeyPatch, event: str, heard: Callable[..., None]) -> None:
    """Call `heard` on an event of every client that is created from now on."""
    make = boto3.client

    def client(*arguments: Any, **more: Any) -> Any:
        made = make(*arguments, **more)
        made.meta.events.register(event, heard)
        return made

    monkeypatch.setattr(boto3, "client", client)
