"""The site's port: only the distribution and the WebSocket answer, and clients cannot forge edge headers."""

import json
import socket
import ssl
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from laptop.seed.organiser import Organiser
from laptop.seed.sign_in import SignIn
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.sync.client import connect

SECRET = "value-of-the-origin-secret"
SEEN = """
    import json
    def handler(event, context):
        seen = event["headers"] | {"cookies": event.get("cookies", [])}
        cookies = ["__Host-voter=x; Path=/; Secure"]
        return {"statusCode": 200, "body": json.dumps(seen), "cookies": cookies}
"""
GUARD = """
    def handler(event, context):
        headers = {name.lower(): value for name, value in event["headers"].items()}
        allowed = (
            headers.get("x-origin-verify") == "value-of-the-origin-secret"
            and headers.get("cloudfront-viewer-address", "").startswith("127.0.0.")
            and headers.get("origin") in ("https://page.example", "{site}")
            and event["queryStringParameters"] == {"ticket": "t=1"}
        )
        return {"statusCode": 200 if allowed else 403}
"""


def _stack(emulator: Any, name: str, resources: dict[str, Any], outputs: dict[str, Any]) -> None:
    body = json.dumps({"Resources": resources, "Outputs": outputs})
    cloudformation = emulator.aws("cloudformation")
    cloudformation.create_stack(StackName=name, TemplateBody=body)
    cloudformation.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig={"Delay": 1})


@pytest.fixture(scope="module")
def site(repaired: Any) -> str:
    """A distribution in front of an echoing API, a guarded WebSocket and their secret, as in our stacks."""
    assert httpx.get(f"{repaired.instance.site}/").status_code == 503, "nothing is deployed yet"
    api = repaired.http_api(repaired.function("seen", SEEN), "ANY /{proxy+}")
    guard = repaired.function("guard", GUARD.replace("{site}", repaired.instance.site))
    lambda_uri = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{guard}/invocations"
    socket = {"ApiId": {"Ref": "Socket"}}
    resources = {
        "Secret": {
            "Type": "AWS::SecretsManager::Secret",
            "Properties": {"Name": "origin", "SecretString": json.dumps({"current": SECRET})},
        },
        "Socket": {
            "Type": "AWS::ApiGatewayV2::Api",
            "Properties": {
                "Name": "socket",
                "ProtocolType": "WEBSOCKET",
                "RouteSelectionExpression": "$request.body.action",
            },
        },
        "Guard": {
            "Type": "AWS::ApiGatewayV2::Integration",
            "Properties": {**socket, "IntegrationType": "AWS_PROXY", "IntegrationUri": lambda_uri},
        },
        "Connect": {
            "Type": "AWS::ApiGatewayV2::Route",
            "Properties": {
                **socket,
                "RouteKey": "$connect",
                "Target": {"Fn::Join": ["/", ["integrations", {"Ref": "Guard"}]]},
            },
        },
        "Stage": {"Type": "AWS::ApiGatewayV2::Stage", "Properties": {**socket, "StageName": "ws"}},
    }
    exported = {"Secret": "OriginSecretArn", "Socket": "WebSocketApiId"}
    outputs = {
        name: {"Value": {"Ref": name}, "Export": {"Name": f"tot-local:{export}"}}
        for name, export in exported.items()
    }
    _stack(repaired, "tot-local-below", resources, outputs)
    behaviour = {
        "TargetOriginId": "api",
        "ViewerProtocolPolicy": "https-only",
        "AllowedMethods": ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"],
        "CachePolicyId": "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
        "OriginRequestPolicyId": "b689b0a8-53d0-40ab-baf2-68738e2966ac",
    }
    origin = {
        "Id": "api",
        "DomainName": "localhost",
        "OriginPath": httpx.URL(api).path,
        "CustomOriginConfig": {
            "HTTPPort": repaired.instance.emulator_port,
            "OriginProtocolPolicy": "http-only",
        },
        "OriginCustomHeaders": [{"HeaderName": "X-Origin-Verify", "HeaderValue": "from-the-template"}],
    }
    config = {"Enabled": True, "Origins": [origin], "DefaultCacheBehavior": behaviour}
    distribution = {"Type": "AWS::CloudFront::Distribution", "Properties": {"DistributionConfig": config}}
    domain = {"DistributionDomain": {"Value": {"Fn::GetAtt": ["Distribution", "DomainName"]}}}
    _stack(repaired, "tot-local-frontend", {"Distribution": distribution}, domain)
    return str(repaired.instance.site)


@pytest.mark.covers("T31")
@pytest.mark.parametrize(
    "path",
    [
        "/_ministack/health",
        "/_ministack/reset",
        "//_aws/execute-api/x/y",
        "/restapis/x",
        "/health",
        "/health/x",
    ],
)
def test_control_paths_are_not_found_on_the_site(site: str, path: str) -> None:
    assert httpx.get(site + path).status_code == 404


@pytest.mark.parametrize("path", ["/oauth2/authorize", "/login", "/iceberg/v1/config", "/healthy", "/any"])
def test_every_other_path_reaches_the_distribution_only(site: str, path: str) -> None:
    assert "cloudfront" in httpx.get(site + path).headers["via"]


@pytest.mark.covers("T25")
def test_a_client_cannot_set_the_headers_of_the_edge(site: str) -> None:
    forged = {
        "X-Origin-Verify": "guess",
        "CloudFront-Viewer-Address": "203.0.113.9:1",
        "X-Forwarded-For": "203.0.113.9",
        "X-Forwarded-Proto": "http",
    }
    seen = httpx.post(f"{site}/any", headers=forged, content=b"{}").json()
    assert seen["x-origin-verify"] == "from-the-template"
    assert seen["cloudfront-viewer-address"].startswith("127.0.0.1:")
    assert "203.0.113.9" not in json.dumps(seen)


def test_a_head_request_has_no_body(site: str) -> None:
    answer = httpx.head(f"{site}/any")
    assert (answer.status_code, answer.content) == (200, b"")


def _opens(address: str, trusted: ssl.SSLContext | None = None, **headers: str) -> bool:
    try:
        with connect(address, additional_headers=headers, proxy=None, ssl=trusted):
            return True
    except (WebSocketException, OSError):
        return False


def test_a_socket_opens_with_secret_origin_and_query_kept(site: str) -> None:
    address = site.replace("http", "ws")
    assert _opens(f"{address}/ws?ticket=t%3D1", Origin="https://page.example")


@pytest.mark.parametrize(
    ("path", "origin"),
    [
        ("/ws?ticket=t%3D1", "https://evil.example"),
        ("/ws", "https://page.example"),
        ("/other?ticket=t%3D1", "https://page.example"),
    ],
)
def test_any_other_socket_is_rejected(site: str, path: str, origin: str) -> None:
    assert not _opens(site.replace("http", "ws") + path, Origin=origin)


@pytest.fixture
def trusted(site: str, repaired: Any) -> ssl.SSLContext:
    """The TLS trust of a phone that has installed the authority."""
    if repaired.instance.lan is None:
        pytest.skip("this system has one loopback address")
    return ssl.create_default_context(cafile=str(repaired.instance.lan_authority_file))


def test_a_phone_reaches_the_distribution_by_https_and_its_cookies_stay_secure(
    trusted: ssl.SSLContext, repaired: Any
) -> None:
    address = f"{repaired.instance.lan_site}/any"
    with httpx.Client(verify=trusted) as phone:
        sent = {"Origin": repaired.instance.lan_site, "Cookie": "__Host-voter=y; laptop-voter=z"}
        answer = phone.post(address, headers=sent)
        assert answer.headers["set-cookie"] == "__Host-voter=x; Path=/; Secure"
        assert sorted(answer.json()["cookies"]) == ["__Host-voter=y", "laptop-voter=z"]
        assert answer.json()["origin"] == repaired.instance.site
        assert answer.json()["cloudfront-viewer-address"].startswith("127.0.0.")
        assert phone.get(f"{repaired.instance.lan_site}/_ministack/health").status_code == 404


def test_organiser_signs_in_on_a_phone_without_leaving_its_address(
    trusted: ssl.SSLContext, repaired: Any
) -> None:
    instance, cognito = repaired.instance, repaired.aws("cognito-idp")
    pool = cognito.create_user_pool(PoolName="organisers")["UserPool"]["Id"]
    client = cognito.create_user_pool_client(
        UserPoolId=pool, ClientName="page", AllowedOAuthFlowsUserPoolClient=True, AllowedOAuthFlows=["code"],
        AllowedOAuthScopes=["openid", "polls/admin"], CallbackURLs=[f"{instance.site}/admin/"],
        SupportedIdentityProviders=["COGNITO"],
    )["UserPoolClient"]["ClientId"]  # fmt: skip
    cognito.admin_create_user(UserPoolId=pool, Username="ada")
    cognito.admin_set_user_password(UserPoolId=pool, Username="ada", Password="Secret-1!", Permanent=True)
    flow = SignIn(instance.lan_site, client, f"{instance.lan_site}/admin/", trust=trusted)
    address = flow.submit_credentials(Organiser("ada", "Secret-1!")).headers["location"]
    assert address.startswith(f"{instance.lan_site}/admin/?code=")
    assert flow.exchange_code(parse_qs(urlsplit(address).query)["code"][0]).json()["access_token"]
    with httpx.Client(base_url=instance.lan_site, verify=trusted) as phone:
        foreign = phone.post("/oauth2/token", headers={"Origin": "https://evil.example"})
        assert "cloudfront" in foreign.headers["via"], "a page of another site reaches no sign-in"
        answer = phone.get("/config.json", headers={"X-Sign-In": instance.endpoint}).json()
        assert answer["x-sign-in"] == instance.lan_site


def test_a_phones_socket_opens_by_wss(trusted: ssl.SSLContext, repaired: Any) -> None:
    address = repaired.instance.lan_site.replace("https", "wss") + "/ws?ticket=t%3D1"
    assert _opens(address, trusted, Origin=repaired.instance.lan_site)
    assert not _opens(address, trusted, Origin="https://evil.example")


@pytest.mark.covers("T31")
def test_the_local_network_gets_neither_plain_http_nor_the_emulator(
    trusted: ssl.SSLContext, repaired: Any
) -> None:
    lan, port = repaired.instance.lan, repaired.instance.emulator_port
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.get(f"http://{lan}:{repaired.instance.port}/")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((lan, port))
    assert httpx.get(f"{repaired.instance.site}/any").headers["set-cookie"] == "laptop-voter=x; Path=/"


def test_a_page_cannot_reset_the_emulator(repaired: Any) -> None:
    reset = f"{repaired.instance.endpoint}/_ministack/reset"
    assert httpx.post(reset, headers={"Origin": "https://evil.example"}).status_code == 403
    assert repaired.aws("cloudformation").describe_stacks()["Stacks"] is not None


def test_an_open_page_does_not_delay_a_stop(site: str, repaired: Any) -> None:
    address = f"{site.replace('http', 'ws')}/ws?ticket=t%3D1"
    with connect(address, additional_headers={"Origin": "https://page.example"}, proxy=None) as socket:
        repaired.stop()
        with pytest.raises(ConnectionClosed):
            socket.recv(timeout=240)
    repaired.start()


def test_deployed_stacks_are_found_after_a_restart(
    site: str, repaired: Any, eventually: Callable[..., None]
) -> None:
    repaired.stop()
    repaired.start()
    assert httpx.get(f"{site}/any").status_code == 200
    assert _opens(f"{site.replace('http', 'ws')}/ws?ticket=t%3D1", Origin="https://page.example")
