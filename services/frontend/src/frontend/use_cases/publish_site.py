"""Publish, update or remove the site."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

from aws_lambda_powertools import Logger

from frontend.adapters.bucket import SiteBucket
from frontend.adapters.custom_resource import ResourceEvent
from frontend.adapters.edge_cache import invalidate
from frontend.domain.site import site_objects

if TYPE_CHECKING:
    from mypy_boto3_cloudfront import CloudFrontClient
    from mypy_boto3_s3 import S3Client

logger: Final = Logger()


def publish(event: ResourceEvent, site: Path, s3: "S3Client", cloudfront: "CloudFrontClient") -> None:
    """Publish the pages in the folder `site`, or delete all objects; an update invalidates the edge
    caches."""
    bucket = SiteBucket(s3, event.properties.bucket)
    if event.request_type == "Delete":
        bucket.empty()
        return
    count = bucket.replace_with(site_objects(site, event.properties.config))
    if event.request_type == "Update":
        invalidate(cloudfront, event.properties.distribution_id, event.request_id)
    logger.info("site published", objects=count, request_type=event.request_type)
