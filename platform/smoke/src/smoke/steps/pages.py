"""Step 2: the pages through the edge, their headers and integrity; the API through the edge and directly."""

import base64
import hashlib
from html.parser import HTMLParser
from http import HTTPStatus
from typing import Final

import httpx
from contracts.stack_exports import Service
from devkit.failure import Failure

from smoke.evidence import Evidence, expect

PAGES: Final = ("/", "/admin/", "/present/", "/verify")
DIRECTIVES: Final = frozenset({
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'",
    "base-uri 'none'", "form-action 'none'", "require-trusted-types-for 'script'", "trusted-types 'none'",
})  # fmt: skip
ALGORITHMS: Final = {"sha256": hashlib.sha256, "sha384": hashlib.sha384, "sha512": hashlib.sha512}


def pages(evidence: Evidence) -> str:
    """Check each page, its configuration, and that only the distribution reaches the API."""
    client = evidence.page()
    files = 0
    for path in PAGES:
        page = expect(evidence, client.get(path), HTTPStatus.OK, "publish-site")
        _policy(evidence, page)
        files += _integrity(evidence, client, page)
    _published(evidence, client)
    _configuration(evidence, client)
    expect(evidence, client.get("/polls/active"), HTTPStatus.OK, "get-active-poll")
    _direct(evidence)
    if evidence.only_on_aws("redirect from http to https", "the laptop serves plain http"):
        plain = client.get(evidence.environment.site.replace("https://", "http://", 1) + "/")
        expect(evidence, plain, HTTPStatus.MOVED_PERMANENTLY, "publish-site")
    return f"{len(PAGES)} pages, {files} files"


def _policy(evidence: Evidence, page: httpx.Response) -> None:
    environment = evidence.environment
    policy = page.headers.get("Content-Security-Policy", "")
    directives = set(policy.split("; "))
    socket = environment.site.replace("http", "ws", 1)
    connect = next((one for one in directives if one.startswith("connect-src ")), "").split()
    lacking = sorted(DIRECTIVES - directives) + [one for one in (socket,) if one not in connect]
    if lacking or "unsafe" in policy or "*" in policy:
        problem = f"lacks {', '.join(lacking)}" if lacking else "allows more than the pages need"
        raise Failure(
            f"The content security policy of {page.request.url.path} {problem}: {policy or 'none was sent'}",
            environment.deploy_command("frontend"),
        )


def _integrity(evidence: Evidence, client: httpx.Client, page: httpx.Response) -> int:
    named = _Named()
    named.feed(page.text)
    for address, integrity in named.files:
        file = expect(
            evidence, client.get(str(page.request.url.join(address).path)), HTTPStatus.OK, "publish-site"
        )
        algorithm, _, digest = integrity.partition("-")
        found = base64.b64encode(ALGORITHMS[algorithm](file.content).digest()).decode()
        if found != digest:
            raise Failure(
                f"{page.request.url.path} is stale: it names another version of {address} than the edge "
                "serves, so browsers reject the file.",
                _invalidation(evidence),
            )
    return len(named.files)


def _published(evidence: Evidence, client: httpx.Client) -> None:
    bucket = evidence.environment.outputs(Service.FRONTEND)["BucketName"]
    stored = evidence.environment.client("s3").get_object(Bucket=bucket, Key="index.html")["Body"].read()
    if client.get("/").content != stored:
        raise Failure(
            "The edge serves a stale page: / differs from index.html in the bucket.", _invalidation(evidence)
        )


def _configuration(evidence: Evidence, client: httpx.Client) -> None:
    platform = evidence.environment.outputs(Service.PLATFORM)
    found = expect(evidence, client.get("/config.json"), HTTPStatus.OK, "publish-site").json()
    wanted = {
        "environment": evidence.environment.name,
        "signInUrl": platform["SignInUrl"],
        "signInClientId": platform["SignInClientId"],
    }
    for name, value in wanted.items():
        if found.get(name) != value:
            raise Failure(
                f"/config.json is stale: {name} is {found.get(name)}, but the stack has {value}.",
                _invalidation(evidence),
            )


def _direct(evidence: Evidence) -> None:
    answer = evidence.past_the_edge().get("/polls/active")
    if answer.status_code != HTTPStatus.FORBIDDEN:
        raise Failure(
            f"The API answers {answer.status_code} without the distribution, not 403: "
            "requests can bypass the edge.",
            evidence.environment.deploy_command("poll-service"),
        )


def _invalidation(evidence: Evidence) -> str:
    environment = evidence.environment
    if not environment.on_aws:
        return environment.deploy_command("frontend")
    distribution = environment.outputs(Service.FRONTEND)["DistributionId"]
    return (
        f"aws cloudfront create-invalidation --distribution-id {distribution} --paths '/*'; "
        f"if it stays: {environment.deploy_command('frontend')}"
    )


class _Named(HTMLParser):
    """Finds the files that a page names with their integrity."""

    def __init__(self) -> None:
        super().__init__()
        self.files: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        address, integrity = given.get("src") or given.get("href"), given.get("integrity")
        if tag in {"script", "link"} and address and integrity:
            self.files.append((address, integrity))
