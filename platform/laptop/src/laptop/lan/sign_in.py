"""Sign-in over the local network: the hosted pages answer at the site's own address there.

The user pool knows one address of the site, that of the laptop's own browser. A phone has another one, and
reaches nothing of the emulator. So the address in requests is replaced by the one that the pool knows, and
the ones in responses by the phone's, as a proxy in front of a second domain name would.
"""

from dataclasses import dataclass
from typing import Any, Final, cast
from urllib.parse import quote

from hypercorn.typing import ASGIReceiveEvent, ASGISendCallable, ASGISendEvent, HTTPScope, Scope
from ministack import app as ministack

CONFIGURATION: Final = "/config.json"
"""The file in which the pages read the address of the sign-in."""
_DROPPED: Final = {b"host", b"origin", b"content-length"}


@dataclass(frozen=True)
class LanSignIn:
    """The three origins: the site and the sign-in as the deployed stacks know them, and the phone's."""

    site: str
    sign_in: str
    lan: str

    async def serve(self, scope: HTTPScope, body: bytes, send: ASGISendCallable) -> None:
        """Answer a request for a hosted page."""
        sign_in = self.sign_in.partition("//")[2].encode()
        headers = [(name, value) for name, value in scope["headers"] if name.lower() not in _DROPPED]
        known = {
            **scope,
            "query_string": self._to_pool(scope["query_string"]),
            "headers": [*headers, (b"host", sign_in)],
        }

        async def receive() -> ASGIReceiveEvent:
            return {"type": "http.request", "body": self._to_pool(body), "more_body": False}

        async def send_to_phone(event: ASGISendEvent) -> None:
            if event["type"] == "http.response.start":
                sent = [(name, self._to_phone(value)) for name, value in event["headers"]]
                event = {**event, "headers": sent}
            await send(event)

        await ministack.app(cast("Scope", known), receive, send_to_phone)

    def answer(self, path: str, headers: dict[str, Any], body: bytes) -> tuple[dict[str, Any], bytes]:
        """Return an answer of the site with the phone's address of the sign-in in its policy and its file."""
        sent = {
            name: self._to_phone(value.encode()).decode() if isinstance(value, str) else value
            for name, value in headers.items()
        }
        if path != CONFIGURATION:
            return sent, body
        length = {name: value for name, value in sent.items() if name.lower() != "content-length"}
        return length, self._to_phone(body)

    def _to_pool(self, text: bytes) -> bytes:
        return text.replace(quote(self.lan, safe="").encode(), quote(self.site, safe="").encode())

    def _to_phone(self, text: bytes) -> bytes:
        for known in (self.site, self.sign_in):
            text = text.replace(known.encode(), self.lan.encode())
        return text
