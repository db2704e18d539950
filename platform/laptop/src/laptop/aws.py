"""AWS clients of the emulator, with its root key; the machine's own AWS settings are never read."""

import os
from functools import cache
from typing import TYPE_CHECKING, Any

from laptop.emulator import root_key
from laptop.emulator.root_key import RootKey
from laptop.instance import ENVIRONMENT, REGION, Instance

if TYPE_CHECKING:
    import boto3


def root_environment(instance: Instance) -> dict[str, str]:
    """Return this process's environment with the emulator in place of any AWS account it names."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "SAM_"))}
    kept.pop("VIRTUAL_ENV", None)
    key = root_key.of(instance)
    return kept | {
        "AWS_ENDPOINT_URL": instance.endpoint,
        "AWS_ACCESS_KEY_ID": key.access_key_id,
        "AWS_SECRET_ACCESS_KEY": key.secret,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def client(instance: Instance, service: str) -> Any:
    """Return a boto3 client of one AWS service in the emulator, as its root."""
    return _client(instance.endpoint, root_key.of(instance), service)


@cache
def _session(key: RootKey) -> "boto3.Session":
    import boto3  # noqa: PLC0415 (slow to import)

    return boto3.Session(
        aws_access_key_id=key.access_key_id, aws_secret_access_key=key.secret, region_name=REGION
    )


@cache
def _client(endpoint: str, key: RootKey, service: str) -> Any:
    from botocore.config import Config  # noqa: PLC0415

    # No host prefix (as in sync-localhost): such a name does not resolve here.
    config = Config(
        retries={"total_max_attempts": 2}, connect_timeout=5, read_timeout=60, inject_host_prefix=False
    )
    return _session(key).client(service, endpoint_url=endpoint, config=config)  # type: ignore[call-overload]


def outputs(instance: Instance, stack_name: str) -> dict[str, str]:
    """Return a stack's outputs by name; empty if the stack does not exist."""
    for stack in client(instance, "cloudformation").describe_stacks()["Stacks"]:
        if stack["StackName"] == stack_name:
            return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}
    return {}


def resources(instance: Instance, stack_name: str, kind: str) -> list[dict[str, Any]]:
    """Return a stack's resources of one type, such as `AWS::DynamoDB::Table`."""
    found = client(instance, "cloudformation").describe_stack_resources(StackName=stack_name)[
        "StackResources"
    ]
    return [resource for resource in found if resource["ResourceType"] == kind]


def table_of(instance: Instance, service: str, logical_name: str) -> str:
    """Return the name of the service's table with a logical id that starts with `logical_name`."""
    return next(
        str(resource["PhysicalResourceId"])
        for resource in resources(instance, f"tot-{ENVIRONMENT}-{service}", "AWS::DynamoDB::Table")
        if resource["LogicalResourceId"].startswith(logical_name)
    )
