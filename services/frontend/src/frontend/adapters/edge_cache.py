"""The copies that CloudFront keeps."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_cloudfront import CloudFrontClient


def invalidate(cloudfront: "CloudFrontClient", distribution_id: str, reference: str) -> None:
    """Drop every copy of the distribution; the same `reference` again is the same invalidation."""
    cloudfront.create_invalidation(
        DistributionId=distribution_id,
        InvalidationBatch={"CallerReference": reference, "Paths": {"Quantity": 1, "Items": ["/*"]}},
    )
