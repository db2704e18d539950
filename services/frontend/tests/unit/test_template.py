"""The distribution's template: origins, cache policies and security headers of each path."""

import re
from pathlib import Path
from typing import Any

import pytest
from stacks.reference import statements
from stacks.template import read_template

SERVICE = Path(__file__).resolve().parents[2]
ALL_METHODS = {"GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"}
CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
CACHING_OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6"
"""A managed policy: the key is the path and the encodings that CloudFront normalises."""
ALL_VIEWER_EXCEPT_HOST = "b689b0a8-53d0-40ab-baf2-68738e2966ac"

EMBED = "/embed/" + "?" * 26

TEMPLATE: dict[str, Any] = read_template(SERVICE / "template.yaml")
RESOURCES = TEMPLATE["Resources"]
DISTRIBUTION = RESOURCES["Distribution"]["Properties"]["DistributionConfig"]
BEHAVIOURS = {behaviour["PathPattern"]: behaviour for behaviour in DISTRIBUTION["CacheBehaviors"]}
ORIGINS = {origin["Id"]: origin for origin in DISTRIBUTION["Origins"]}
API_ORIGINS = ["public-api", "admin-api", "web-socket-api"]
HEADERS = RESOURCES["SecurityHeaders"]["Properties"]["ResponseHeadersPolicyConfig"]
CSP = HEADERS["SecurityHeadersConfig"]["ContentSecurityPolicy"]["ContentSecurityPolicy"]["Fn::Sub"]
POLICY = {name: value for name, _, value in (directive.partition(" ") for directive in CSP[0].split("; "))}


def test_each_path_is_routed_to_its_service() -> None:
    assert {path: behaviour["TargetOriginId"] for path, behaviour in BEHAVIOURS.items()} == {
        "/polls/*": "public-api",
        "/results/*": "public-api",
        "/p/*": "public-api",
        EMBED: "public-api",
        "/images/*": "public-api",
        "/logs/*": "logs",
        "/voter-token": "public-api",
        "/voter-token/*": "public-api",
        "/vote": "public-api",
        "/live/*": "public-api",
        "/admin/api/*": "admin-api",
        "/ws": "web-socket-api",
    }
    assert DISTRIBUTION["DefaultCacheBehavior"]["TargetOriginId"] == "site"


def test_pages_redirect_to_https_and_apis_require_it() -> None:
    assert DISTRIBUTION["DefaultCacheBehavior"]["ViewerProtocolPolicy"] == "redirect-to-https"
    assert {behaviour["ViewerProtocolPolicy"] for behaviour in BEHAVIOURS.values()} == {"https-only"}


def test_link_preview_is_cached_two_seconds_at_most_by_path_and_language() -> None:
    assert BEHAVIOURS["/p/*"]["CachePolicyId"] == {"Ref": "PublicPages"}
    policy = RESOURCES["PublicPages"]["Properties"]["CachePolicyConfig"]
    assert (policy["MinTTL"], policy["DefaultTTL"], policy["MaxTTL"]) == (0, 0, 2)
    key = policy["ParametersInCacheKeyAndForwardedToOrigin"]
    assert key["HeadersConfig"] == {"HeaderBehavior": "whitelist", "Headers": ["Accept-Language"]}
    assert key["CookiesConfig"] == {"CookieBehavior": "none"}
    assert key["QueryStringsConfig"] == {"QueryStringBehavior": "whitelist", "QueryStrings": ["lang"]}


@pytest.mark.covers("T39")
def test_cache_keys_hold_only_values_that_the_edge_function_chose() -> None:
    """The function's own test, `edge.test.js`, shows that each value becomes one of a few."""
    bounded = {"headers": {"Origin", "Accept-Language"}, "query": {"lang"}}
    keyed = [{"EventType": "viewer-request", "FunctionARN": {"Fn::GetAtt": ["SiteRequests", "FunctionARN"]}}]
    unbounded = []
    for path, behaviour in {**BEHAVIOURS, "default": DISTRIBUTION["DefaultCacheBehavior"]}.items():
        policy = behaviour["CachePolicyId"]
        if policy in (CACHING_DISABLED, CACHING_OPTIMIZED):
            continue
        key = RESOURCES[policy["Ref"]]["Properties"]["CachePolicyConfig"][
            "ParametersInCacheKeyAndForwardedToOrigin"
        ]
        headers = set(key["HeadersConfig"].get("Headers", []))
        query = set(key["QueryStringsConfig"].get("QueryStrings", []))
        if not (
            key["HeadersConfig"]["HeaderBehavior"] in {"none", "whitelist"}
            and headers <= bounded["headers"]
            and key["QueryStringsConfig"]["QueryStringBehavior"] in {"none", "whitelist"}
            and query <= bounded["query"]
            and key["CookiesConfig"] == {"CookieBehavior": "none"}
            and (not headers | query or behaviour["FunctionAssociations"] == keyed)
        ):
            unbounded.append(path)
    assert unbounded == []


@pytest.mark.covers("T17")
@pytest.mark.parametrize("path", ["/polls/*", "/results/*", EMBED])
def test_public_responses_are_cached_two_seconds_at_most_by_path_and_origin(path: str) -> None:
    assert BEHAVIOURS[path]["CachePolicyId"] == {"Ref": "PublicReads"}
    policy = RESOURCES["PublicReads"]["Properties"]["CachePolicyConfig"]
    assert (policy["MinTTL"], policy["DefaultTTL"], policy["MaxTTL"]) == (0, 0, 2)
    key = policy["ParametersInCacheKeyAndForwardedToOrigin"]
    assert key["HeadersConfig"] == {"HeaderBehavior": "whitelist", "Headers": ["Origin"]}
    assert key["CookiesConfig"] == {"CookieBehavior": "none"}
    assert key["QueryStringsConfig"] == {"QueryStringBehavior": "none"}
    assert set(BEHAVIOURS[path]["AllowedMethods"]) == {"GET", "HEAD", "OPTIONS"}


def test_images_are_cached_as_their_headers_allow() -> None:
    """By the managed policy CachingOptimized: the path is the key, for up to a year as the response
    states."""
    assert BEHAVIOURS["/images/*"]["CachePolicyId"] == DISTRIBUTION["DefaultCacheBehavior"]["CachePolicyId"]
    assert BEHAVIOURS["/images/*"]["AllowedMethods"] == ["GET", "HEAD"]


@pytest.mark.parametrize(
    "path", ["/voter-token", "/voter-token/*", "/vote", "/live/*", "/admin/api/*", "/ws"]
)
def test_personal_responses_are_never_cached(path: str) -> None:
    assert BEHAVIOURS[path]["CachePolicyId"] == CACHING_DISABLED


@pytest.mark.parametrize("path", ["/voter-token", "/voter-token/*", "/vote", "/live/*", "/ws"])
def test_client_address_and_origin_are_forwarded_to_voter_apis(path: str) -> None:
    assert BEHAVIOURS[path]["OriginRequestPolicyId"] == {"Ref": "VoterRequests"}
    policy = RESOURCES["VoterRequests"]["Properties"]["OriginRequestPolicyConfig"]
    headers = policy["HeadersConfig"]
    assert headers["HeaderBehavior"] == "whitelist"
    assert {"CloudFront-Viewer-Address", "Origin", "Sec-Fetch-Site", "Content-Type"} <= set(
        headers["Headers"]
    )
    assert {"Sec-WebSocket-Key", "Sec-WebSocket-Version"} <= set(headers["Headers"])
    assert "Host" not in headers["Headers"], "API Gateway refuses a foreign Host"
    assert len(headers["Headers"]) <= 10, "CloudFront's quota"
    assert policy["CookiesConfig"] == {"CookieBehavior": "all"}
    assert policy["QueryStringsConfig"] == {"QueryStringBehavior": "all"}


def test_access_token_is_forwarded_to_the_admin_api() -> None:
    assert BEHAVIOURS["/admin/api/*"]["OriginRequestPolicyId"] == ALL_VIEWER_EXCEPT_HOST
    assert set(BEHAVIOURS["/admin/api/*"]["AllowedMethods"]) == ALL_METHODS


def test_errors_keep_their_body_and_are_not_cached() -> None:
    responses = DISTRIBUTION["CustomErrorResponses"]
    assert all(set(response) == {"ErrorCode", "ErrorCachingMinTTL"} for response in responses)
    assert {response["ErrorCachingMinTTL"] for response in responses} == {0}
    assert {400, 403, 404, 500, 502, 503, 504} <= {response["ErrorCode"] for response in responses}


@pytest.mark.parametrize("name", API_ORIGINS)
def test_every_api_origin_gets_the_origin_secret(name: str) -> None:
    [header] = ORIGINS[name]["OriginCustomHeaders"]
    assert header["HeaderName"] == "X-Origin-Verify"
    text, values = header["HeaderValue"]["Fn::Sub"]
    assert text == "{{resolve:secretsmanager:${Secret}:SecretString:current::${OriginSecretVersion}}}"
    assert values["Secret"]["Fn::ImportValue"] == {"Fn::Sub": "tot-${Environment}:OriginSecretArn"}


@pytest.mark.parametrize("name", API_ORIGINS)
def test_api_origins_use_https_except_on_the_emulator(name: str) -> None:
    origin = ORIGINS[name]
    assert origin["CustomOriginConfig"]["OriginProtocolPolicy"]["Fn::If"] == [
        "OnEmulator",
        "http-only",
        "https-only",
    ]
    condition, on_emulator, on_aws = origin["OriginPath"]["Fn::If"]
    assert (condition, on_aws) == ("OnEmulator", "")
    suffix = "" if name == "web-socket-api" else "/$default"
    assert on_emulator["Fn::Sub"][0] == f"/_aws/execute-api/${{Api}}{suffix}"


def test_bucket_is_reachable_only_through_the_distribution() -> None:
    assert "OriginAccessControlId" in ORIGINS["site"]
    allow, deny = RESOURCES["SiteBucketPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert (allow["Effect"], allow["Action"]) == ("Allow", "s3:GetObject")
    assert "AWS:SourceArn" in allow["Condition"]["StringEquals"]
    assert (deny["Effect"], deny["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})
    blocked = RESOURCES["SiteBucket"]["Properties"]["PublicAccessBlockConfiguration"]
    assert set(blocked.values()) == {True}


@pytest.mark.covers("T35")
def test_only_the_embed_page_sets_its_own_frame_ancestors() -> None:
    assert BEHAVIOURS[EMBED]["ResponseHeadersPolicyId"] == {"Ref": "EmbedHeaders"}
    embedded = RESOURCES["EmbedHeaders"]["Properties"]["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]
    strict = HEADERS["SecurityHeadersConfig"]
    assert embedded.keys() == strict.keys() - {"ContentSecurityPolicy", "FrameOptions"}
    assert all(embedded[name] == strict[name] for name in embedded)


@pytest.mark.covers("R32")
@pytest.mark.parametrize("path", ["", *(path for path in BEHAVIOURS if path != EMBED)])
def test_security_headers_are_on_every_response(path: str) -> None:
    behaviour = BEHAVIOURS.get(path, DISTRIBUTION["DefaultCacheBehavior"])
    assert behaviour["ResponseHeadersPolicyId"] == {"Ref": "SecurityHeaders"}


def test_content_security_policy_allows_own_content_only() -> None:
    assert POLICY["default-src"] == "'none'"
    for kind in ("script-src", "style-src", "img-src", "manifest-src"):
        assert POLICY[kind] == "'self'"
    for nothing in ("frame-ancestors", "base-uri", "form-action"):
        assert POLICY[nothing] == "'none'"
    assert POLICY["require-trusted-types-for"] == "'script'"
    assert not re.search(r"unsafe|\*|data:|http", " ".join(POLICY.values()))


def test_pages_connect_only_to_the_site_its_socket_and_the_token_endpoint() -> None:
    # The whole path: on a laptop the sign-in shares the emulator's port.
    assert POLICY["connect-src"] == "'self' ${Socket}://${Host} ${SignIn}/oauth2/token"
    values = CSP[1]
    assert values["Socket"] == {"Fn::If": ["OnEmulator", "ws", "wss"]}
    assert values["Host"] == {"Fn::Select": [1, {"Fn::Split": ["://", {"Ref": "SiteOrigin"}]}]}


def test_other_security_headers_are_strict() -> None:
    security = HEADERS["SecurityHeadersConfig"]
    assert security["StrictTransportSecurity"]["AccessControlMaxAgeSec"] >= 31_536_000
    assert security["FrameOptions"]["FrameOption"] == "DENY"
    assert security["ContentTypeOptions"] == {"Override": True}
    custom = {item["Header"] for item in HEADERS["CustomHeadersConfig"]["Items"]}
    assert custom == {"Permissions-Policy", "Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy"}


def test_deployment_publishes_new_pages() -> None:
    site = RESOURCES["PublishedSite"]["Properties"]
    function = RESOURCES["PublishSiteFunction"]
    assert site["Version"] == {"Ref": "PublishSiteFunction.Version"}
    assert function["Properties"]["AutoPublishAlias"] == "live"
    assert "build-PublishSiteFunction: pages" in (SERVICE / "Makefile").read_text().splitlines()


def test_publisher_may_only_write_its_bucket_and_invalidate_its_distribution() -> None:
    actions: set[str] = set()
    for statement in statements(RESOURCES["PublishSiteRole"]["Properties"]):
        actions |= {statement["Action"]} if isinstance(statement["Action"], str) else set(statement["Action"])
        assert statement["Resource"] != "*"
    assert actions == {
        "s3:ListBucket",
        "s3:PutObject",
        "s3:DeleteObject",
        "cloudfront:CreateInvalidation",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
    }
