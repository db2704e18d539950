"""Integration tests of the publisher: a fake CloudFormation that receives responses, and AWS by moto."""

import json
import os
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any, Final

import boto3
import pytest
from testkit.aws import emulated_aws

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# Powertools reads it when the handler's module is imported.
os.environ.setdefault("POWERTOOLS_METRICS_NAMESPACE", "ThisOrThat")
REGION: Final = "eu-central-1"
BUCKET = "tot-test-site-123456789012-eu-central-1"


class CloudFormation:
    """Sends events to a custom resource and stores its responses."""

    def __init__(self) -> None:
        self.answers: list[dict[str, Any]] = []
        self.content_types: list[str | None] = []
        self.refusals: list[int] = []
        """Statuses of the next responses, before the accepting ones."""
        answers, content_types, refusals = self.answers, self.content_types, self.refusals

        class Receiver(BaseHTTPRequestHandler):
            def do_PUT(self) -> None:
                content_types.append(self.headers["Content-Type"])
                answers.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(refusals.pop(0) if refusals else 200)
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is http.server's
                """Do not log requests."""

        self.server = HTTPServer(("127.0.0.1", 0), Receiver)
        Thread(target=self.server.serve_forever, daemon=True).start()

    def event(self, request_type: str, distribution_id: str = "E1", **changes: Any) -> dict[str, Any]:
        properties = {
            "ServiceToken": "arn:aws:lambda:eu-central-1:123456789012:function:publish-site",
            "ServiceTimeout": "300",
            "Version": "1",
            "Bucket": BUCKET,
            "DistributionId": distribution_id,
            "Config": {"environment": "test", "webSocketPath": "/ws"},
        }
        event = {
            "RequestType": request_type,
            "RequestId": f"request-{len(self.answers)}",
            "ResponseURL": f"http://127.0.0.1:{self.server.server_port}/answer?signature=x",
            "ResourceType": "Custom::PublishedSite",
            "LogicalResourceId": "PublishedSite",
            "StackId": "arn:aws:cloudformation:eu-central-1:123456789012:stack/tot-test-frontend/1",
            "ResourceProperties": properties | changes,
        }
        return event if request_type == "Create" else event | {"PhysicalResourceId": "site"}


@pytest.fixture
def cloud_formation() -> Iterator[CloudFormation]:
    cloud_formation = CloudFormation()
    yield cloud_formation
    cloud_formation.server.shutdown()
    cloud_formation.server.server_close()


@pytest.fixture
def s3() -> Iterator["S3Client"]:
    with emulated_aws():
        s3 = boto3.client("s3")
        s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
        yield s3
