"""Custom resource that publishes the packaged pages, so that `sam deploy` alone releases them."""

from pathlib import Path
from typing import Any, Final

import boto3
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.config import Config

from frontend.adapters.custom_resource import ResourceEvent, answer
from frontend.use_cases.publish_site import publish

logger: Final = Logger()
metrics: Final = Metrics()
SITE: Final = Path(__file__).resolve().parents[2] / "site"
PHYSICAL_ID: Final = "site"
AWS_CONFIG: Final = Config(
    retries={"mode": "standard", "total_max_attempts": 3}, connect_timeout=2, read_timeout=10
)
"""AWS client configuration: one call that times out leaves time to respond to CloudFormation."""


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> None:  # noqa: ARG001
    """Publish or remove the site, and always respond to CloudFormation, because the stack waits for it."""
    metrics.add_metric(name="PublishSite", unit=MetricUnit.Count, value=1)
    try:
        s3, cloudfront = boto3.client("s3", config=AWS_CONFIG), boto3.client("cloudfront", config=AWS_CONFIG)
        publish(ResourceEvent.model_validate(event), SITE, s3, cloudfront)
    except Exception as failure:
        logger.exception("site not published")
        answer(event, event.get("PhysicalResourceId", PHYSICAL_ID), failure)
        raise
    answer(event, PHYSICAL_ID)
