"""The logs of closed polls, published by the real functions, for the page that checks receipts."""

import json
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Page, Request, Route

from .backend import Backend

MISSING: Final = 403
"""The answer of a bucket that lists nothing."""


class PublishedLogs:
    """The files under `/logs/` of one test, and the receipts of the votes in them."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self.files: dict[str, bytes] = {}
        self.asked: list[str] = []

    def closed(self, choices: str = "aab", **facts: Any) -> tuple[str, list[str]]:
        """Publish the log of a new poll with these votes; return its id and the receipts."""
        poll_id = self.backend.given(**facts).poll_id
        receipts = [self.vote(poll_id, choice) for choice in choices]
        self.backend.close(poll_id)
        self.publish()
        return poll_id, receipts

    def vote(self, poll_id: str, choice: str) -> str:
        """Cast a vote of another browser; return its receipt."""
        [cookie] = self.backend.request("POST", "/voter-token", "{}").cookies
        body = json.dumps({"poll_id": poll_id, "choice": choice})
        answer = self.backend.request("POST", "/vote", body, {"cookie": cookie.partition(";")[0]})
        return str(answer.json["receipt"])

    def publish(self) -> None:
        """Recount the votes of the poll that has closed, and publish its log."""
        self.backend.recount_and_publish()
        world = self.backend.world
        s3, bucket = world.client("s3"), world.table("LogsBucket")
        for item in s3.list_objects_v2(Bucket=bucket)["Contents"]:
            self.files[f"/{item['Key']}"] = s3.get_object(Bucket=bucket, Key=item["Key"])["Body"].read()

    def serve(self, page: Page | BrowserContext) -> None:
        """Answer a browser's requests for files of the logs."""
        page.route("**/logs/**", self._answer)

    def _answer(self, route: Route, request: Request) -> None:
        self.asked.append(path := urlsplit(request.url).path)
        body = self.files.get(path)
        if body is None:
            route.fulfill(status=MISSING, body="")
        else:
            route.fulfill(body=body, content_type="application/octet-stream")


def served(page: Page | BrowserContext, backend: Backend) -> Iterator[PublishedLogs]:
    """Yield the logs that a page reads, as a fixture."""
    logs = PublishedLogs(backend)
    logs.serve(page)
    yield logs
