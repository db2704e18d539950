import time
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import boto3
import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import ClientError
from frontend.adapters import bucket, custom_resource
from frontend.domain.brand import InvalidBrandError
from frontend.handlers import publish_site
from frontend.use_cases import publish_site as use_case
from stacks.template import read_template

from .conftest import BUCKET, CloudFormation

pytestmark = pytest.mark.slow

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
CONTEXT = cast(
    "LambdaContext",
    SimpleNamespace(
        function_name="tot-test-publish-site",
        memory_limit_in_mb=512,
        invoked_function_arn="arn:aws:lambda:eu-central-1:123456789012:function:tot-test-publish-site",
        aws_request_id="1",
    ),
)


@pytest.fixture(autouse=True)
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small site in place of the packaged one."""
    (tmp_path / "admin").mkdir()
    (tmp_path / "index.html").write_text("<p>first")
    (tmp_path / "admin" / "index.html").write_text("<p>admin")
    (tmp_path / "style.css").write_text("p{}")
    monkeypatch.setattr(publish_site, "SITE", tmp_path)
    return tmp_path


def keys(s3: "S3Client") -> set[str]:
    return {item["Key"] for item in s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])}


def distribution() -> str:
    origin = {"Id": "o", "DomainName": "o.s3.amazonaws.com", "S3OriginConfig": {"OriginAccessIdentity": ""}}
    config: Any = {
        "CallerReference": "r",
        "Comment": "",
        "Enabled": True,
        "Origins": {"Quantity": 1, "Items": [origin]},
        "DefaultCacheBehavior": {"TargetOriginId": "o", "ViewerProtocolPolicy": "allow-all"},
    }
    made = boto3.client("cloudfront").create_distribution(DistributionConfig=config)
    return made["Distribution"]["Id"]


def invalidated(distribution_id: str) -> list[str]:
    listed = boto3.client("cloudfront").list_invalidations(DistributionId=distribution_id)
    return [item["Id"] for item in listed["InvalidationList"].get("Items", [])]


def test_create_uploads_every_page_and_reports_success(
    s3: "S3Client", cloud_formation: CloudFormation
) -> None:
    publish_site.handler(cloud_formation.event("Create"), CONTEXT)
    assert keys(s3) == {"index.html", "admin/index.html", "admin/", "admin", "style.css", "config.json"}
    page = s3.get_object(Bucket=BUCKET, Key="admin/")
    assert (page["ContentType"], page["CacheControl"]) == ("text/html; charset=utf-8", "no-cache")
    assert page["Body"].read() == b"<p>admin"
    [answer] = cloud_formation.answers
    assert answer["Status"] == "SUCCESS"
    assert answer["PhysicalResourceId"] == "site"
    assert (answer["RequestId"], answer["LogicalResourceId"]) == ("request-0", "PublishedSite")


def test_response_has_no_content_type_because_the_url_is_signed_without_one(
    s3: "S3Client", cloud_formation: CloudFormation
) -> None:
    publish_site.handler(cloud_formation.event("Create"), CONTEXT)
    assert cloud_formation.content_types == [""]


def test_create_invalidates_nothing(s3: "S3Client", cloud_formation: CloudFormation) -> None:
    publish_site.handler(cloud_formation.event("Create", made := distribution()), CONTEXT)
    assert invalidated(made) == []


def test_update_removes_old_objects_and_invalidates_the_edge(
    s3: "S3Client", cloud_formation: CloudFormation, site: Path
) -> None:
    made = distribution()
    publish_site.handler(cloud_formation.event("Create", made), CONTEXT)
    (site / "style.css").unlink()
    (site / "index.html").write_text("<p>second")
    publish_site.handler(cloud_formation.event("Update", made), CONTEXT)
    assert "style.css" not in keys(s3)
    assert s3.get_object(Bucket=BUCKET, Key="index.html")["Body"].read() == b"<p>second"
    assert len(invalidated(made)) == 1
    assert [answer["PhysicalResourceId"] for answer in cloud_formation.answers] == ["site", "site"]


def test_update_keeps_assets_of_older_releases(
    s3: "S3Client", cloud_formation: CloudFormation, site: Path
) -> None:
    asset = site / "assets" / "part-1a2b.js"
    asset.parent.mkdir()
    asset.write_text("1")
    publish_site.handler(cloud_formation.event("Create", made := distribution()), CONTEXT)
    asset.rename(site / "assets" / "part-3c4d.js")
    publish_site.handler(cloud_formation.event("Update", made), CONTEXT)
    assert {"assets/part-1a2b.js", "assets/part-3c4d.js"} <= keys(s3)


def test_delete_empties_the_bucket(
    s3: "S3Client", cloud_formation: CloudFormation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bucket, "DELETE_LIMIT", 2)  # several DeleteObjects requests are needed
    publish_site.handler(cloud_formation.event("Create"), CONTEXT)
    publish_site.handler(cloud_formation.event("Delete"), CONTEXT)
    assert keys(s3) == set()
    assert cloud_formation.answers[-1]["Status"] == "SUCCESS"


def test_delete_succeeds_without_the_bucket(s3: "S3Client", cloud_formation: CloudFormation) -> None:
    publish_site.handler(cloud_formation.event("Delete", Bucket="no-such-bucket"), CONTEXT)
    assert cloud_formation.answers[-1]["Status"] == "SUCCESS"


def test_failure_is_reported_with_its_reason_and_counted_as_error(
    s3: "S3Client", cloud_formation: CloudFormation
) -> None:
    with pytest.raises(ClientError):
        publish_site.handler(cloud_formation.event("Create", Bucket="no-such-bucket"), CONTEXT)
    [answer] = cloud_formation.answers
    assert answer["Status"] == "FAILED"
    assert "NoSuchBucket" in answer["Reason"]


def test_unknown_request_type_is_rejected_without_changes(
    s3: "S3Client", cloud_formation: CloudFormation
) -> None:
    publish_site.handler(cloud_formation.event("Create"), CONTEXT)
    before = keys(s3)
    with pytest.raises(ValueError, match="RequestType"):
        publish_site.handler(cloud_formation.event("Destroy"), CONTEXT)
    assert cloud_formation.answers[-1]["Status"] == "FAILED"
    assert keys(s3) == before


def test_failed_update_keeps_the_physical_id(s3: "S3Client", cloud_formation: CloudFormation) -> None:
    with pytest.raises(ClientError):
        publish_site.handler(cloud_formation.event("Update", "E-gone"), CONTEXT)
    assert cloud_formation.answers[-1]["PhysicalResourceId"] == "site"


@pytest.mark.parametrize("failures", [1, 3])
def test_rejected_response_is_retried(
    s3: "S3Client", cloud_formation: CloudFormation, monkeypatch: pytest.MonkeyPatch, failures: int
) -> None:
    monkeypatch.setattr(time, "sleep", lambda _: None)
    cloud_formation.refusals += [503] * failures
    publish_site.handler(cloud_formation.event("Create"), CONTEXT)
    assert [answer["Status"] for answer in cloud_formation.answers] == ["SUCCESS"] * (failures + 1)


def test_undelivered_response_fails_the_function(
    s3: "S3Client", cloud_formation: CloudFormation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "sleep", lambda _: None)
    cloud_formation.refusals += [503] * 4
    with pytest.raises(OSError, match="503"):
        publish_site.handler(cloud_formation.event("Create"), CONTEXT)


def test_all_response_attempts_fit_into_the_function_timeout() -> None:
    attempts = len(custom_resource.PAUSES_SECONDS) + 1
    answering = attempts * custom_resource.ANSWER_TIMEOUT_SECONDS + sum(custom_resource.PAUSES_SECONDS)
    template = read_template(Path(__file__).parents[2] / "template.yaml")
    assert answering + 39 < template["Resources"]["PublishSiteFunction"]["Properties"]["Timeout"]


def test_brand_is_published_and_linked_by_every_page(
    s3: "S3Client", cloud_formation: CloudFormation, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (site / "index.html").write_text("<head></head>")
    (site / "style.css").write_text("p {}")
    monkeypatch.setattr(use_case, "download", lambda _address: PNG)
    brand = {"ColourA": "#0055aa", "ColourB": "", "Logo": "https://example.com/logo"}
    publish_site.handler(cloud_formation.event("Create", Brand=brand), CONTEXT)
    assert {"brand/style.css", "brand/logo.png"} <= keys(s3)
    assert b'href="/brand/style.css"' in s3.get_object(Bucket=BUCKET, Key="index.html")["Body"].read()
    style = s3.get_object(Bucket=BUCKET, Key="brand/style.css")["Body"].read()
    shared = s3.get_object(Bucket=BUCKET, Key="style.css")["Body"].read()
    assert shared.endswith(style), "embeds, link previews and error pages have no other style sheet"
    assert b"--a: #0055aa;" in style
    assert b"--b:" not in style


@pytest.mark.parametrize(
    ("brand", "reason"),
    [
        ({"ColourA": "#ffee99"}, "BrandColourA: #ffee99 has a contrast of"),
        (
            {"Logo": "https://127.0.0.1:1/logo.png"},
            "BrandLogo: https://127.0.0.1:1/logo.png cannot be loaded",
        ),
        ({"Logo": "http://example.com/logo.png"}, "BrandLogo: the address must begin with https://"),
    ],
)
def test_brand_that_cannot_be_used_fails_the_deployment_and_publishes_nothing(
    s3: "S3Client", cloud_formation: CloudFormation, brand: dict[str, str], reason: str
) -> None:
    with pytest.raises(InvalidBrandError):
        publish_site.handler(cloud_formation.event("Create", Brand=brand), CONTEXT)
    [answer] = cloud_formation.answers
    assert answer["Status"] == "FAILED"
    assert reason in answer["Reason"]
    assert keys(s3) == set()


def test_empty_brand_changes_no_page(s3: "S3Client", cloud_formation: CloudFormation) -> None:
    brand = {"ColourA": "", "ColourB": "", "Logo": ""}
    publish_site.handler(cloud_formation.event("Create", Brand=brand), CONTEXT)
    assert s3.get_object(Bucket=BUCKET, Key="index.html")["Body"].read() == b"<p>first"
    assert not [key for key in keys(s3) if key.startswith("brand")]
