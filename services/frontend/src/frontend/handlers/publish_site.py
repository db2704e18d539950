"""Publishes the pages that are packaged beside this code, so that `sam deploy` alone brings them out."""

from pathlib import Path
from typing import Any, Final

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from frontend.custom_resource import ResourceEvent, answer
from frontend.domain.site import site_objects
from frontend.store.bucket import SiteBucket
from frontend.store.edge_cache import invalidate

logger: Final = Logger()
SITE: Final = Path(__file__).resolve().parents[2] / "site"
PHYSICAL_ID: Final = "site"


def handler(event: dict[str, Any], _context: LambdaContext) -> None:
    """Answer in every case: CloudFormation waits for it."""
    try:
        _publish(ResourceEvent.model_validate(event))
    except Exception as failure:
        logger.exception("site not published")
        answer(event, event.get("PhysicalResourceId", PHYSICAL_ID), failure)
        raise
    answer(event, PHYSICAL_ID)


def _publish(event: ResourceEvent) -> None:
    bucket = SiteBucket(boto3.client("s3"), event.properties.bucket)
    if event.request_type == "Delete":
        bucket.empty()
        return
    count = bucket.replace_with(site_objects(SITE, event.properties.config))
    if event.request_type == "Update":
        invalidate(boto3.client("cloudfront"), event.properties.distribution_id, event.request_id)
    logger.info("site published", objects=count, request_type=event.request_type)
