"""CloudFront invalidations."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_cloudfront import CloudFrontClient


def invalidate(cloudfront: "CloudFrontClient", distribution_id: str, reference: str) -> None:
    """Invalidate all cached objects; a repeated `reference` starts no second invalidation."""
    cloudfront.create_invalidation(
        DistributionId=distribution_id,
        InvalidationBatch={"CallerReference": reference, "Paths": {"Quantity": 1, "Items": ["/*"]}},
    )
