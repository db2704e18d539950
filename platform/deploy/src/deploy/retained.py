"""Resources that stay when their stack is deleted: they hold data, and their fixed names stay taken."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from botocore.exceptions import BotoCoreError, ClientError
from devkit.failure import Failure
from stacks.catalogue import Stack

from deploy.environment import Environment

_NAMES: Final = {
    "AWS::DynamoDB::Table": "TableName",
    "AWS::SecretsManager::Secret": "Name",
    "AWS::S3::Bucket": "BucketName",
    "AWS::Cognito::UserPool": "UserPoolName",
    "AWS::Logs::LogGroup": "LogGroupName",
}
"""The kinds of which a name may stay, each with the property that holds it."""
_ABSENT: Final = {"ResourceNotFoundException", "404", "NoSuchBucket"}


@dataclass(frozen=True)
class NamedResource:
    """A resource with a fixed name. `is_retained`: it stays when its stack is deleted."""

    type: str
    name: str
    region: str
    is_retained: bool

    @property
    def kind(self) -> str:
        """The kind in words, such as `DynamoDB table`."""
        return _KINDS[self.type].words

    @property
    def removal(self) -> str:
        """The AWS command that deletes the resource with its data."""
        return f"aws {_KINDS[self.type].removal} {self.name} --region {self.region}".replace(
            "s3:// ", "s3://"
        )


def named_resources(environment: Environment, stack: Stack) -> list[NamedResource]:
    """Return the resources of a stack whose names may outlive it."""
    return list(_named(environment, stack))


def leftovers(environment: Environment, stack: Stack) -> list[NamedResource]:
    """Return the existing resources whose names collide with those that a new stack creates.

    User pools of one name may exist side by side.
    """
    return [
        one
        for one in named_resources(environment, stack)
        if one.type != "AWS::Cognito::UserPool" and exists(one)
    ]


def exists(resource: NamedResource) -> bool:
    """Return whether the resource, or another account's bucket of its name, exists.

    Raises:
        Failure: AWS did not answer the question.
    """
    try:
        return _KINDS[resource.type].exists(resource)
    except (BotoCoreError, ClientError) as error:
        code = error.response["Error"].get("Code", "") if isinstance(error, ClientError) else ""
        if code in _ABSENT:
            return False
        if resource.type == "AWS::S3::Bucket" and code == "403":
            return True
        raise Failure(
            f"AWS does not show whether {resource.kind} {resource.name} exists.", f"{error}"
        ) from error


def delete(resource: NamedResource) -> None:
    """Delete a resource and all its data.

    Raises:
        Failure: AWS refused, such as access denied.
    """
    try:
        _KINDS[resource.type].delete(resource)
    except (BotoCoreError, ClientError) as error:
        raise Failure(
            f"The {resource.kind} {resource.name} was not deleted.",
            f"{error}\nRemove the cause, then run the same command again.",
        ) from error


def _named(environment: Environment, stack: Stack) -> Iterator[NamedResource]:
    region = environment.region_of(stack)
    account = environment.account.number
    values = {"Environment": environment.name, "AWS::AccountId": account, "AWS::Region": region}
    for body in stack.source.get("Resources", {}).values():
        if (property_name := _NAMES.get(body["Type"])) is None:
            continue
        name = body.get("Properties", {}).get(property_name)
        text = name.get("Fn::Sub") if isinstance(name, dict) else name
        if isinstance(text, str):
            for variable, value in values.items():
                text = text.replace(f"${{{variable}}}", value)
            retained = str(body.get("DeletionPolicy", "Delete")).startswith("Retain")
            yield NamedResource(body["Type"], text, region, retained)


def _table_exists(one: NamedResource) -> bool:
    import boto3  # noqa: PLC0415 (slow to import)

    boto3.client("dynamodb", region_name=one.region).describe_table(TableName=one.name)
    return True


def _delete_table(one: NamedResource) -> None:
    import boto3  # noqa: PLC0415

    tables = boto3.client("dynamodb", region_name=one.region)
    if tables.describe_table(TableName=one.name)["Table"].get("DeletionProtectionEnabled"):
        tables.update_table(TableName=one.name, DeletionProtectionEnabled=False)
    tables.delete_table(TableName=one.name)
    tables.get_waiter("table_not_exists").wait(TableName=one.name)


def _secret_exists(one: NamedResource) -> bool:
    """Return True also for a secret that is scheduled for deletion: its name stays taken until then."""
    import boto3  # noqa: PLC0415

    boto3.client("secretsmanager", region_name=one.region).describe_secret(SecretId=one.name)
    return True


def _delete_secret(one: NamedResource) -> None:
    import boto3  # noqa: PLC0415

    secrets = boto3.client("secretsmanager", region_name=one.region)
    secrets.delete_secret(SecretId=one.name, ForceDeleteWithoutRecovery=True)


def _bucket_exists(one: NamedResource) -> bool:
    import boto3  # noqa: PLC0415

    boto3.client("s3", region_name=one.region).head_bucket(Bucket=one.name)
    return True


def _delete_bucket(one: NamedResource) -> None:
    import boto3  # noqa: PLC0415

    bucket = boto3.resource("s3", region_name=one.region).Bucket(one.name)
    bucket.object_versions.delete()
    bucket.delete()


def _pools(one: NamedResource) -> list[str]:
    import boto3  # noqa: PLC0415

    pages = boto3.client("cognito-idp", region_name=one.region).get_paginator("list_user_pools")
    return [
        pool["Id"]
        for page in pages.paginate(PaginationConfig={"PageSize": 60})
        for pool in page["UserPools"]
        if pool.get("Name") == one.name
    ]


def _delete_pools(one: NamedResource) -> None:
    import boto3  # noqa: PLC0415

    cognito = boto3.client("cognito-idp", region_name=one.region)
    for pool in _pools(one):
        cognito.update_user_pool(UserPoolId=pool, DeletionProtection="INACTIVE")
        if domain := cognito.describe_user_pool(UserPoolId=pool)["UserPool"].get("Domain"):
            cognito.delete_user_pool_domain(UserPoolId=pool, Domain=domain)
        cognito.delete_user_pool(UserPoolId=pool)


def _log_group_exists(one: NamedResource) -> bool:
    import boto3  # noqa: PLC0415

    logs = boto3.client("logs", region_name=one.region)
    groups = logs.describe_log_groups(logGroupNamePrefix=one.name)["logGroups"]
    return any(group.get("logGroupName") == one.name for group in groups)


def _delete_log_group(one: NamedResource) -> None:
    import boto3  # noqa: PLC0415

    boto3.client("logs", region_name=one.region).delete_log_group(logGroupName=one.name)


@dataclass(frozen=True)
class _Kind:
    words: str
    removal: str
    exists: Callable[[NamedResource], bool]
    delete: Callable[[NamedResource], None]


_KINDS: Final = {
    "AWS::DynamoDB::Table": _Kind(
        "DynamoDB table", "dynamodb delete-table --table-name", _table_exists, _delete_table
    ),
    "AWS::SecretsManager::Secret": _Kind(
        "secret",
        "secretsmanager delete-secret --force-delete-without-recovery --secret-id",
        _secret_exists,
        _delete_secret,
    ),
    "AWS::S3::Bucket": _Kind("S3 bucket", "s3 rb --force s3://", _bucket_exists, _delete_bucket),
    "AWS::Cognito::UserPool": _Kind(
        "user pool",
        "cognito-idp delete-user-pool --user-pool-id",
        lambda one: bool(_pools(one)),
        _delete_pools,
    ),
    "AWS::Logs::LogGroup": _Kind(
        "log group", "logs delete-log-group --log-group-name", _log_group_exists, _delete_log_group
    ),
}
