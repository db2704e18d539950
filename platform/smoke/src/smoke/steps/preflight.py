"""Step 0: the caller's identity, and the account's quota of concurrent executions."""

from typing import Final

from botocore.exceptions import BotoCoreError, ClientError
from devkit.failure import Failure

from smoke.evidence import Evidence

ENOUGH: Final = 100
"""Concurrent executions. A vote holds two for a moment; a new account has 10 in total."""


def preflight(evidence: Evidence) -> str:
    """Check the credentials, and name a quota that is too small for voting."""
    environment = evidence.environment
    try:
        account = environment.client("sts").get_caller_identity()["Account"]
    except (BotoCoreError, ClientError) as error:
        raise Failure(
            f"No valid AWS credentials: {error}", "Sign in first (aws sso login, or AWS_PROFILE=…)."
        ) from error
    note = f"account {account}, {environment.region}"
    if evidence.only_on_aws("quota of concurrent executions", "the emulator has no quotas"):
        settings = environment.client("lambda").get_account_settings()["AccountLimit"]
        quota = settings["ConcurrentExecutions"]
        if quota < ENOUGH:
            note += (
                f"; quota of {quota} concurrent executions, which is too few for an event: "
                "aws service-quotas request-service-quota-increase --service-code lambda "
                f"--quota-code L-B99A9384 --desired-value 1000 --region {environment.region}"
            )
    return note
