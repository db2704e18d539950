"""Access control of both ports: programs pass, pages do not, and the site's page passes only to sign in."""

import asyncio
from typing import Any

import pytest
from laptop.emulator.edge import Edge
from laptop.emulator.gate import PASS_HEADER, Gate, without_pass

SITE_PORT, PORT = 8080, 4566
SITE, OWN = f"http://localhost:{SITE_PORT}", f"http://localhost:{PORT}"
FOREIGN = [
    "https://evil.example",
    "http://localhost:9999",
    "http://localhost",
    f"http://127.0.0.1:{SITE_PORT}",
    f"https://localhost:{SITE_PORT}",
    f"{SITE}/",
    "null",
    "",
]
SIGN_IN = [
    ("GET", "/oauth2/authorize"),
    ("POST", "/login"),
    ("POST", "/oauth2/login"),
    ("POST", "/oauth2/token"),
    ("GET", "/oauth2/userInfo"),
    ("GET", "/logout"),
]
GATE = Gate(SITE_PORT)
LAN = "192.168.178.20"
WITH_LAN = Gate(SITE_PORT, LAN)


def scope(
    method: str = "POST",
    path: str = "/",
    *,
    kind: str = "http",
    port: int = PORT,
    host: str | None = "",
    server: str = "127.0.0.1",
    headers: dict[str, str] | None = None,
) -> Any:
    sent = {} if host is None else {"Host": host or f"localhost:{port}"}
    pairs = [(name.lower().encode(), value.encode()) for name, value in (sent | (headers or {})).items()]
    return {"type": kind, "method": method, "path": path, "server": (server, port), "headers": pairs}


def refused(*args: Any, **options: Any) -> bool:
    return GATE.refuses_at_emulator(scope(*args, **options)) is not None


@pytest.mark.parametrize(
    "host", [f"localhost:{PORT}", f"LOCALHOST:{PORT}", f"127.0.0.1:{PORT}", f"[::1]:{PORT}"]
)
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_a_program_passes_by_any_loopback_name(host: str, kind: str) -> None:
    assert not refused(host=host, kind=kind)


@pytest.mark.covers("T31")
@pytest.mark.parametrize(
    "host",
    [
        f"rebound.example:{PORT}",
        "localhost",
        f"localhost:{SITE_PORT}",
        f"localhost.evil.example:{PORT}",
        f"evil.localhost:{PORT}",
        f"localhost.:{PORT}",
        f"127.0.0.2:{PORT}",
        f"0.0.0.0:{PORT}",
        f"localhost:{PORT}, rebound.example",
        "",
    ],
)
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_any_other_host_is_rejected_at_either_port(host: str, kind: str) -> None:
    request = scope(host=host or None, kind=kind)
    assert GATE.refuses_at_emulator(request) is not None
    at_site = scope(host=host.replace(str(PORT), str(SITE_PORT)) or None, kind=kind, port=SITE_PORT)
    if host != f"localhost:{SITE_PORT}":
        assert GATE.refuses_at_site(at_site) is not None


def at_lan(host: str, path: str = "/", **options: Any) -> Any:
    return scope("GET", path, port=SITE_PORT, host=host, server=LAN, **options)


@pytest.mark.covers("T31")
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_a_phone_reaches_the_site_only_at_the_lan_address(kind: str) -> None:
    assert WITH_LAN.refuses_at_site(at_lan(f"{LAN}:{SITE_PORT}", kind=kind)) is None
    for host in (f"localhost:{SITE_PORT}", f"rebound.example:{SITE_PORT}", LAN, f"{LAN}:{PORT}", None):
        assert WITH_LAN.refuses_at_site(at_lan(host or "", kind=kind)) is not None
    assert WITH_LAN.refuses_at_site(scope(port=SITE_PORT, host=f"{LAN}:{SITE_PORT}")) is not None
    assert WITH_LAN.refuses_at_emulator(scope(host=f"{LAN}:{PORT}", server=LAN)) is not None
    assert GATE.refuses_at_site(at_lan(f"{LAN}:{SITE_PORT}")) is not None, "not without --lan"


def test_only_sign_in_pages_of_the_emulator_answer_at_the_lan_address_and_only_to_the_site() -> None:
    def signs_in(path: str, origin: str | None = None) -> bool:
        headers = {} if origin is None else {"Origin": origin}
        return WITH_LAN.is_lan_sign_in(at_lan(f"{LAN}:{SITE_PORT}", path, headers=headers))

    assert signs_in("/oauth2/authorize")
    assert signs_in("/oauth2/authorize", f"https://{LAN}:{SITE_PORT}")
    for path in (
        "/",
        "/admin/",
        "/_ministack/health",
        "//oauth2/authorize",
        "/oauth2/revoke",
        "/oauth2/token",
    ):
        assert not signs_in(path), path
    for foreign in FOREIGN:
        assert not signs_in("/oauth2/authorize", foreign)
    assert not WITH_LAN.is_lan_sign_in(scope("GET", "/oauth2/authorize", port=SITE_PORT))


def test_the_lan_origin_becomes_the_sites_origin_and_others_are_unchanged() -> None:
    phone = at_lan(f"{LAN}:{SITE_PORT}")
    own = f"https://{LAN}:{SITE_PORT}".encode()
    assert WITH_LAN.origin_at_site(phone, own) == SITE.encode()
    for other in (*FOREIGN, f"http://{LAN}:{SITE_PORT}", f"https://{LAN}", SITE):
        assert WITH_LAN.origin_at_site(phone, other.encode()) == other.encode()
    assert WITH_LAN.origin_at_site(scope(port=SITE_PORT), own) == own


def test_a_second_host_header_is_rejected() -> None:
    request = scope()
    request["headers"].append((b"host", b"rebound.example"))
    assert GATE.refuses_at_emulator(request) is not None


def test_the_default_port_may_be_left_out_of_the_host() -> None:
    assert Gate(80).refuses_at_site(scope(port=80, host="localhost")) is None


@pytest.mark.covers("T31")
@pytest.mark.parametrize("origin", [*FOREIGN, SITE, OWN])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "OPTIONS"])
def test_a_request_from_any_page_is_rejected(method: str, origin: str) -> None:
    assert refused(method, headers={"Origin": origin})
    assert refused(method, kind="websocket", headers={"Origin": origin})


@pytest.mark.covers("T31")
@pytest.mark.parametrize("site", ["cross-site", "same-site", "CROSS-SITE", "same-origin, none", ""])
@pytest.mark.parametrize(
    ("mode", "dest"), [("no-cors", "image"), ("navigate", "document"), ("navigate", "iframe")]
)
def test_a_cross_site_request_without_an_origin_is_rejected(site: str, mode: str, dest: str) -> None:
    metadata = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode, "Sec-Fetch-Dest": dest}
    assert refused("GET", "/bucket/page.html", headers=metadata)


@pytest.mark.parametrize("site", ["none", "same-origin"])
def test_a_typed_address_is_answered(site: str) -> None:
    assert not refused("GET", "/_ministack/health", headers={"Sec-Fetch-Site": site})


@pytest.mark.parametrize(("method", "path"), SIGN_IN)
@pytest.mark.parametrize("origin", [SITE, OWN])
def test_the_sites_own_page_may_sign_in(method: str, path: str, origin: str) -> None:
    headers = {"Origin": origin, "Sec-Fetch-Site": "same-site"}
    assert not refused(method, path, headers=headers)
    assert not refused("OPTIONS", path, headers=headers)


@pytest.mark.covers("T31")
@pytest.mark.parametrize(("method", "path"), SIGN_IN)
@pytest.mark.parametrize("origin", FOREIGN)
def test_a_foreign_page_may_not_sign_in(method: str, path: str, origin: str) -> None:
    assert refused(method, path, headers={"Origin": origin})
    assert refused("OPTIONS", path, headers={"Origin": origin})
    assert refused(method, path, kind="websocket", headers={"Origin": SITE})


@pytest.mark.parametrize(
    ("method", "path"),
    [("DELETE", "/oauth2/token"), ("GET", "/login"), ("GET", "/oauth2/token"), ("POST", "/oauth2/other"),
     ("POST", "/login/"), ("POST", "//login"), ("POST", "/logout")],
)  # fmt: skip
def test_only_routes_of_the_sign_in_page_are_sign_in_paths(method: str, path: str) -> None:
    assert refused(method, path, headers={"Origin": SITE})


@pytest.mark.parametrize("path", ["/oauth2/authorize", "/logout"])
@pytest.mark.parametrize("site", ["same-site", "cross-site"])
def test_a_link_leads_to_the_sign_in_page_and_an_iframe_does_not(path: str, site: str) -> None:
    link = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    assert not refused("GET", path, headers=link)
    assert refused("GET", path, headers=link | {"Sec-Fetch-Dest": "iframe"})
    assert refused("GET", path, headers=link | {"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"})


@pytest.mark.parametrize(
    "path", ["/_ministack/reset", "/_ministack/config", "//_ministack/reset", "/_ministack/sqs/messages",
             "/_ministack/health/", "/_localstack/health"],
)  # fmt: skip
def test_control_paths_without_a_key_are_closed_to_programs(path: str) -> None:
    assert refused("POST", path)
    assert not refused("GET", "/_ministack/health")


def test_the_distribution_passes_with_a_pages_headers_and_to_apis_only() -> None:
    page = {"Origin": "https://page.example", "Sec-Fetch-Site": "cross-site"}
    marked = page | {PASS_HEADER.decode(): GATE.distribution_pass.decode()}
    api = "/_aws/execute-api/x/$default/vote"
    assert not refused(path=api, host="localhost", headers=marked)
    assert refused(path="/", host="localhost", headers=marked)
    assert refused(path=api, headers=page | {PASS_HEADER.decode(): "guess"})
    assert Gate(SITE_PORT).distribution_pass != GATE.distribution_pass


def test_no_function_sees_the_distributions_pass() -> None:
    assert without_pass([(b"X-Laptop-Distribution", b"x"), (b"a", b"b")]) == [(b"a", b"b")]


@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_a_rejected_request_reaches_no_backend(kind: str) -> None:
    """At the ASGI boundary: ministack, the faults and the distribution receive no call."""
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message)

    untouchable: Any = None
    edge = Edge(GATE, untouchable, untouchable)
    for port in (PORT, SITE_PORT):
        asyncio.run(edge(scope(kind=kind, port=port, host="rebound.example"), receive, send))
    if kind == "http":
        starts = [one for one in sent if one["type"] == "http.response.start"]
        assert [one["status"] for one in starts] == [403, 403]
        assert not [name for one in starts for name, _ in one["headers"] if b"access-control" in name.lower()]
    else:
        assert [one["type"] for one in sent] == ["websocket.close"] * 2
