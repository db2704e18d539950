"""What a deployment means for the published site."""

from pathlib import Path
from typing import Final

import boto3
from aws_lambda_powertools import Logger

from frontend.custom_resource import ResourceEvent
from frontend.domain.site import site_objects
from frontend.store.bucket import SiteBucket
from frontend.store.edge_cache import invalidate

logger: Final = Logger()


def publish(event: ResourceEvent, site: Path) -> None:
    """Bring the pages in the folder `site` out, or take all away; copies at the edge go on an update."""
    bucket = SiteBucket(boto3.client("s3"), event.properties.bucket)
    if event.request_type == "Delete":
        bucket.empty()
        return
    count = bucket.replace_with(site_objects(site, event.properties.config))
    if event.request_type == "Update":
        invalidate(boto3.client("cloudfront"), event.properties.distribution_id, event.request_id)
    logger.info("site published", objects=count, request_type=event.request_type)
