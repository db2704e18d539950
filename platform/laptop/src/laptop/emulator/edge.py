"""The site's port: stands in for CloudFront, with one address for pages, APIs and the WebSocket.

Requests there reach only the deployed distribution and the WebSocket API. ministack's control paths, its AWS
endpoints and the sign-in pages answer on the emulator's port only. ministack's distributions do not support
WebSockets, so the edge takes CloudFront's part for them: it adds the origin secret and opens the stage `ws`.
(For HTTP the distribution adds the secret itself, as its template says.)
"""

import asyncio
import re
from typing import Any, Final, cast
from urllib.parse import parse_qs, quote

from contracts.edge import ORIGIN_VERIFY_HEADER, VIEWER_ADDRESS_HEADER
from hypercorn.typing import (
    ASGIReceiveCallable,
    ASGIReceiveEvent,
    ASGISendCallable,
    HTTPScope,
    Scope,
    WebsocketDisconnectEvent,
    WebsocketScope,
)
from ministack import app as ministack
from ministack.services import cloudfront
from pydantic import ValidationError

from laptop.cookies import to_browser, to_function
from laptop.emulator.deployed import Deployed
from laptop.emulator.faults import CONTROL_PATH, Faults
from laptop.emulator.gate import Gate, Headers, without_pass
from laptop.lan.sign_in import LanSignIn

CONTROL_PATHS: Final = re.compile(r"/+(_|restapis|health(/|$))")
GOING_AWAY: Final = 1001
ORIGIN_VERIFY: Final = ORIGIN_VERIFY_HEADER.encode()
VIEWER_ADDRESS: Final = VIEWER_ADDRESS_HEADER.encode()
# Only the edge sets these; a client's own are dropped, as CloudFront does.
EDGE_HEADERS: Final = {
    ORIGIN_VERIFY,
    VIEWER_ADDRESS,
    b"x-forwarded-proto",
    b"x-forwarded-for",
}


class Edge:
    """ASGI application: the site's port reaches the distribution, the emulator's port ministack."""

    def __init__(self, gate: Gate, deployed: Deployed, faults: Faults) -> None:
        self.gate = gate
        self.deployed = deployed
        self.faults = faults
        sign_in = f"http://localhost:{ministack._resolve_port()}"
        self._lan_sign_in = LanSignIn(gate.site, sign_in, gate.lan_site)
        self._ending = asyncio.Event()

    def end_sockets(self) -> None:
        """Disconnect every open WebSocket; the server waits for them before it stops."""
        self._ending.set()

    async def __call__(self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        """Serve one connection."""
        if scope["type"] == "lifespan":
            await ministack.app(scope, receive, send)
            return
        if scope["type"] == "websocket":
            receive = self._until_ending(receive)
        at_site = (scope.get("server") or ("", 0))[1] == self.gate.site_port
        refusal = self.gate.refuses_at_site(scope) if at_site else self.gate.refuses_at_emulator(scope)
        if scope["type"] == "websocket":
            if refusal is not None:
                await _close(receive, send)
            elif at_site:
                await self._open_socket(scope, receive, send)
            else:
                await ministack.app(scope, receive, send)
        elif refusal is not None:
            await _answer(send, 403, refusal.encode())
        elif self.gate.is_lan_sign_in(scope):
            await self._lan_sign_in.serve(scope, await _body(receive), send)
        elif at_site:
            await self._view(scope, receive, send)
        elif scope["path"] == CONTROL_PATH:
            await self._control_faults(scope, receive, send)
        else:
            own = {**scope, "headers": without_pass(scope["headers"])}
            await self.faults.serve(cast("HTTPScope", own), receive, send)

    async def _control_faults(
        self, scope: HTTPScope, receive: ASGIReceiveCallable, send: ASGISendCallable
    ) -> None:
        try:
            answer = await self.faults.control(scope["method"], await _body(receive))
        except ValidationError as error:
            await _answer(send, 400, str(error).encode())
        else:
            await ministack._send_response(send, *answer)

    def _until_ending(self, receive: ASGIReceiveCallable) -> ASGIReceiveCallable:
        async def receive_or_end() -> ASGIReceiveEvent:
            received = asyncio.ensure_future(receive())
            ending = asyncio.ensure_future(self._ending.wait())
            try:
                await asyncio.wait({received, ending}, return_when=asyncio.FIRST_COMPLETED)
                if received.done():
                    return received.result()
                return WebsocketDisconnectEvent(type="websocket.disconnect", code=GOING_AWAY)
            finally:
                received.cancel()
                ending.cancel()

        return receive_or_end

    async def _view(self, scope: HTTPScope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        distribution = self.deployed.distribution()
        if CONTROL_PATHS.match(scope["path"]):
            await _answer(send, 404, b"Not found.")
        elif distribution is None:
            await _answer(send, 503, b"The site is not deployed yet: see ./dev status")
        else:
            headers = {"x-forwarded-proto": "https"}
            for name, value in self._viewer_headers(scope):
                key, text = name.decode("latin-1"), value.decode("latin-1")
                separator = "; " if key == "cookie" else ", "
                headers[key] = headers[key] + separator + text if key in headers else text
            secure = self.gate.is_lan(scope)
            if "cookie" in headers and not secure:
                headers["cookie"] = to_function(headers["cookie"])
            query = scope["query_string"].decode("latin-1")
            raw_path = (scope.get("raw_path") or quote(scope["path"]).encode()).decode("latin-1")
            status, answered, body = await cloudfront.handle_viewer_request(
                distribution, scope["method"], scope["path"], raw_path, query, headers,
                await _body(receive), parse_qs(query, keep_blank_values=True), _client(scope)[0],
            )  # fmt: skip
            if secure:
                answered, body = self._lan_sign_in.answer(scope["path"], answered, body)
            else:
                answered = _with_laptop_cookies(answered)
            await ministack._send_response(send, status, answered, body, head=scope["method"] == "HEAD")

    async def _open_socket(
        self, scope: WebsocketScope, receive: ASGIReceiveCallable, send: ASGISendCallable
    ) -> None:
        api_id = self.deployed.websocket_api()
        if scope["path"] != "/ws" or api_id is None:
            await _close(receive, send)
            return
        path = f"/_aws/execute-api/{api_id}/ws"
        verified = (ORIGIN_VERIFY, self.deployed.origin_secret().encode())
        headers = [*self._viewer_headers(scope), (b"host", b"localhost"), verified]
        changed = {"path": path, "raw_path": path.encode(), "headers": headers}
        await ministack.app(cast("Scope", {**scope, **changed}), receive, send)

    def _viewer_headers(self, scope: HTTPScope | WebsocketScope) -> Headers:
        client, port = _client(scope)
        address = f"[{client}]:{port}" if ":" in client else f"{client}:{port}"
        dropped = EDGE_HEADERS | {b"host"}
        kept = [(name.lower(), value) for name, value in scope["headers"] if name.lower() not in dropped]
        # The functions accept one origin of the site; in the local network it has a second one.
        known = [
            (name, self.gate.origin_at_site(scope, value) if name == b"origin" else value)
            for name, value in kept
        ]
        return [*known, (VIEWER_ADDRESS, address.encode())]


def _with_laptop_cookies(headers: dict[str, Any]) -> dict[str, Any]:
    return {
        name: [to_browser(one) for one in ([value] if isinstance(value, str) else value)]
        if name.lower() == "set-cookie"
        else value
        for name, value in headers.items()
    }


def _client(scope: HTTPScope | WebsocketScope) -> tuple[str, int]:
    host, port = scope.get("client") or ("127.0.0.1", 0)
    return host, port or 0


async def _body(receive: ASGIReceiveCallable) -> bytes:
    chunks: list[bytes] = []
    while True:
        message: Any = await receive()
        chunks.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(chunks)


async def _close(receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
    """Reject a WebSocket: closing it before acceptance answers the handshake with 403."""
    await receive()
    await send({"type": "websocket.close", "code": 1008, "reason": None})


async def _answer(send: ASGISendCallable, status: int, text: bytes) -> None:
    await ministack._send_response(send, status, {"Content-Type": "text/plain; charset=utf-8"}, text)
