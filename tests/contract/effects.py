"""Requests of one owner through the World, and their effects: items, audit events."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final

import boto3
from stacks.resolver import SITE
from testkit.world import Response, World

OWNER: Final = {"sub": "organiser-1", "username": "ada", "cognito:groups": "[owner]"}
FROM_OUR_PAGE: Final = {"sec-fetch-site": "same-origin", "origin": SITE, "content-type": "application/json"}
DIFFERS: Final = re.compile(
    r"\d{4}-\d\d-\d\dT[\d:.]+Z|\b[0-9a-z]{26}\b|\b[0-9A-Z]{4,5}(-[0-9A-Z]{4,5}){3,4}\b|v1\.[\w.-]+"
    r"|\d{13}(-[0-9a-f]{8})?|[0-9a-f]{12,64}|[\w-]{36,43}|\b\d{10}\b"
)
"""Ids, times, codes, receipts and signatures, which differ between any two lives."""
_KEYS: Final = ("pk", "sk", "poll_id", "audit_log", "entry", "subject")
_COUNTERS: Final = re.compile(r"series#|#issued#|#voter-tokens#|#abuse#")
"""Items of time windows and samples: the clock decides about them."""


def organiser(
    world: World, method: str, path: str, body: Any = None, key: str | None = None, **headers: str
) -> Response:
    """Send a request of the owner's page, with an idempotency key if given."""
    sent = FROM_OUR_PAGE | headers | ({"idempotency-key": key} if key else {})
    return world.request(method, path, sent, body, organiser=OWNER)


def add_owner(world: World) -> None:
    """Create the owner's account."""
    cognito: Any = boto3.client("cognito-idp")
    pool = world.environment("list_members")["USER_POOL_ID"]
    attributes: Any = [{"Name": "email", "Value": "ada@example.com"}]
    user = cognito.admin_create_user(UserPoolId=pool, Username="ada", UserAttributes=attributes)["User"]
    cognito.admin_add_user_to_group(UserPoolId=pool, Username="ada", GroupName="owner")
    OWNER["sub"] = {each["Name"]: each["Value"] for each in user["Attributes"]}["sub"]


def items() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield each table's items by table and key as text, except for counters of time windows and samples."""
    client = boto3.client("dynamodb")
    for table in client.list_tables()["TableNames"]:
        for item in client.scan(TableName=table)["Items"]:
            name = " ".join([table, *(item[key]["S"] for key in _KEYS if key in item)])
            if not _COUNTERS.search(name):
                yield name, item


def kept() -> Counter[str]:
    """Count the items of each kind in each table."""
    return Counter(re.sub(r"#\d+", "#-", DIFFERS.sub("-", name)) for name, _ in items())


def audit_log(world: World) -> Counter[str]:
    """Count the audit events of each kind."""
    entries = organiser(world, "GET", "/admin/api/audit").json["entries"]
    return Counter(DIFFERS.sub("-", f"{one['action']} {one.get('about')}") for one in entries)
