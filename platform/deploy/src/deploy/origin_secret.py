"""The version of the origin secret that the distribution is deployed with."""

from botocore.exceptions import BotoCoreError, ClientError
from devkit.failure import Failure


def current_version(arn: str, region: str) -> str:
    """Return the id of a secret's current version.

    The distribution's reference to the secret contains it, so that a new value is a change of the template.

    Raises:
        Failure: Secrets Manager did not answer the question.
    """
    import boto3  # noqa: PLC0415 (slow to import)

    try:
        found = boto3.client("secretsmanager", region_name=region).describe_secret(SecretId=arn)
    except (BotoCoreError, ClientError) as error:
        raise Failure("The version of the origin secret is unknown.", f"{error}\nSecret: {arn}") from error
    return next(version for version, stages in found["VersionIdsToStages"].items() if "AWSCURRENT" in stages)
