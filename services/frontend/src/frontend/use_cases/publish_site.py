"""Publish, update or remove the site."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Final

from aws_lambda_powertools import Logger

from frontend.adapters.bucket import SiteBucket
from frontend.adapters.custom_resource import BrandProperties, ResourceEvent
from frontend.adapters.edge_cache import invalidate
from frontend.adapters.logo import download
from frontend.domain.brand import logo_name, style_sheet
from frontend.domain.site import SiteObject, brand_objects, site_objects

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
    branding = list(_brand(event.properties.brand))
    pages = site_objects(site, event.properties.config, branding[-1].body if branding else b"")
    count = bucket.replace_with(chain(branding, pages))
    if event.request_type == "Update":
        invalidate(cloudfront, event.properties.distribution_id, event.request_id)
    logger.info("site published", objects=count, request_type=event.request_type)


def _brand(brand: BrandProperties) -> Iterator[SiteObject]:
    """Yield the objects of the brand; nothing is published before it has been checked."""
    colours = {name: colour for name, colour in (("a", brand.a), ("b", brand.b)) if colour}
    logo = download(brand.logo) if brand.logo else None
    if colours or logo is not None:
        yield from brand_objects(style_sheet(colours, None if logo is None else logo_name(logo)), logo)
