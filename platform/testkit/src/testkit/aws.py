"""AWS emulated in memory by moto: an environment without an account, and resources from templates."""

import json
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, Final

import boto3
import botocore.loaders
import botocore.session
import pytest
from aws_lambda_powertools.utilities import parameters
from moto import mock_aws
from privileges import calls

from testkit import moto_state
from testkit.events import REGION
from testkit.moto_speed import speed_up

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_TABLE: Final = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
SETTINGS: Final = {
    "AWS_DEFAULT_REGION": REGION,
    "AWS_REGION": REGION,
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
}

_APIS: Final = botocore.loaders.create_loader()


@contextmanager
def emulated_aws(*, workflows: bool = False) -> Iterator[pytest.MonkeyPatch]:
    """Emulate an empty AWS account. Yield a monkeypatch for further variables, which end with the account.

    The caller's AWS variables are hidden inside. No client or cached secret from inside leaks out, although
    Powertools and boto3 keep both for the whole process. `workflows` lets Step Functions run state machines.
    """
    config: Any = {"core": {"reset_boto3_session": False}}
    if workflows:
        config["stepfunctions"] = {"execute_state_machine": True}
    with ExitStack() as stack:
        variables = stack.enter_context(pytest.MonkeyPatch.context())
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            variables.delenv(name)
        stack.callback(forget_secrets)
        forget_secrets()
        stack.enter_context(mock_aws(config=config))
        # After `mock_aws`, which sets its own credentials.
        for name, value in SETTINGS.items():
            variables.setenv(name, value)
        variables.setattr(boto3, "DEFAULT_SESSION", _session())
        speed_up(variables)
        yield variables


def _session() -> boto3.Session:
    """Return a new session that shares loaded API models among its clients: a client is 20 times cheaper."""
    session = _recorded_session() or botocore.session.Session()
    session.register_component("data_loader", _APIS)
    return boto3.Session(botocore_session=session)


def _recorded_session() -> botocore.session.Session | None:
    """Return a session that records the functions' calls, or `None` if this run records none."""
    recorder = calls.recorder()
    if recorder is None:
        return None
    from privileges.sdk import RecordedSession  # noqa: PLC0415 (half a second, for recorded runs only)

    return RecordedSession(recorder, moto_state.hash_key)


def forget_secrets() -> None:
    """Drop Powertools' cached secrets and the client that reads them."""
    parameters.base.DEFAULT_PROVIDERS.clear()  # type: ignore[attr-defined]
    parameters.clear_caches()  # type: ignore[no-untyped-call]


def create_table(client: "DynamoDBClient", properties: Mapping[str, Any], name: str | None = None) -> str:
    """Create a table from a template's properties, under `name` if given; return its name."""
    request: Any = {key: json.loads(json.dumps(properties[key])) for key in _TABLE if key in properties}
    if "StreamSpecification" in properties:
        request["StreamSpecification"] = {"StreamEnabled": True, **properties["StreamSpecification"]}
    name = name or properties["TableName"]
    client.create_table(TableName=name, **request)
    return name


def generated_secret(properties: Mapping[str, Any]) -> str:
    """Return a new secret value as `GenerateSecretString` defines it."""
    generated = properties["GenerateSecretString"]
    value = json.loads(generated["SecretStringTemplate"])
    value[generated["GenerateStringKey"]] = secrets.token_hex(generated["PasswordLength"] // 2)
    return json.dumps(value)
