"""Publish, update or remove the site."""

from pathlib import Path
from typing import Final

import boto3
from aws_lambda_powertools import Logger
from botocore.config import Config

from frontend.adapters.bucket import SiteBucket
from frontend.adapters.custom_resource import ResourceEvent
from frontend.adapters.edge_cache import invalidate
from frontend.domain.site import site_objects

logger: Final = Logger()
AWS_CONFIG: Final = Config(
    retries={"mode": "standard", "total_max_attempts": 3}, connect_timeout=2, read_timeout=10
)
"""AWS client configuration: one call that times out leaves time to respond to CloudFormation."""


def publish(event: ResourceEvent, site: Path) -> None:
    """Publish the pages in the folder `site`, or delete all objects; an update invalidates the edge
    caches."""
    bucket = SiteBucket(boto3.client("s3", config=AWS_CONFIG), event.properties.bucket)
    if event.request_type == "Delete":
        bucket.empty()
        return
    count = bucket.replace_with(site_objects(site, event.properties.config))
    if event.request_type == "Update":
        invalidate(
            boto3.client("cloudfront", config=AWS_CONFIG), event.properties.distribution_id, event.request_id
        )
    logger.info("site published", objects=count, request_type=event.request_type)
