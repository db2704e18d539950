"""The AWS account and the one Region of a deployment, read before anything is created."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from botocore.exceptions import BotoCoreError, ClientError
from devkit.failure import Failure

_EXPIRED = {"ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"}


@dataclass(frozen=True)
class Account:
    """The account, the identity that the credentials belong to, and the Region."""

    number: str
    identity: str
    region: str

    @classmethod
    def read(cls, region: str) -> Self:
        """Ask AWS for the identity of the credentials.

        Raises:
            Failure: there are no credentials, they have expired, or AWS rejects them.
        """
        import boto3  # noqa: PLC0415 (slow to import)

        try:
            caller = boto3.client("sts", region_name=region).get_caller_identity()
        except (BotoCoreError, ClientError) as error:
            code = error.response["Error"].get("Code") if isinstance(error, ClientError) else ""
            expired = code in _EXPIRED or "expired" in str(error).lower()
            raise Failure(
                "The AWS credentials have expired." if expired else "No valid AWS credentials.",
                f"{error}\nNothing was changed. Sign in (aws sso login, or AWS_PROFILE=…), then try again.",
            ) from error
        return cls(caller["Account"], caller["Arn"], region)


def choose_region(option: str | None, environ: Mapping[str, str], configured: set[str]) -> str:
    """Return the Region for the SDK and the SAM CLI, which otherwise read different variables.

    `option` decides; otherwise AWS_REGION or AWS_DEFAULT_REGION, the samconfig.toml files, the profile.

    Raises:
        Failure: there is none, or two of a kind differ.
    """
    named = {environ[name] for name in ("AWS_REGION", "AWS_DEFAULT_REGION") if environ.get(name)}
    for source, regions in (
        ("AWS_REGION and AWS_DEFAULT_REGION", named), ("The samconfig.toml files", configured)
    ):  # fmt: skip
        if option is None and len(regions) > 1:
            raise Failure(
                f"{source} name different Regions: {', '.join(sorted(regions))}.",
                "Choose one with --region.",
                exit_status=2,
            )
    region = option or next(iter(named), None) or next(iter(configured), None) or _of_profile()
    if region is None:
        raise Failure(
            "No AWS Region is set.",
            "Pass --region, such as --region eu-central-1, or set AWS_REGION.",
            exit_status=2,
        )
    if option is None and named and configured and named != configured:
        raise Failure(
            f"The environment names the Region {region}, samconfig.toml {next(iter(configured))}.",
            "Choose one with --region.",
            exit_status=2,
        )
    return region


def _of_profile() -> str | None:
    import boto3  # noqa: PLC0415

    try:
        return boto3.Session().region_name
    except BotoCoreError as error:
        raise Failure("The AWS profile cannot be read.", f"{error}", exit_status=2) from error
