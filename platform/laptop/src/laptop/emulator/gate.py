"""Access control of the emulator's ports: programs on this machine may use it, web pages may not.

Any program on this machine may use the port, with the root key or a role's; a page in a browser may not, with
any key. Browsers send `Host`, `Origin` and `Sec-Fetch-Site` and no page can change them; SDKs send neither of
the latter two. The hosted sign-in pages of the organisers are the only exception.
"""

import hmac
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from hypercorn.typing import HTTPScope, WebsocketScope

type Headers = Iterable[tuple[bytes, bytes]]

LOOPBACK_NAMES: Final = ("localhost", "127.0.0.1", "[::1]")
_DEFAULT_PORT: Final = 80
_DEFAULT_TLS_PORT: Final = 443
# Only `patches.origin_requests` sets it, on the distribution's own requests.
PASS_HEADER: Final = b"x-laptop-distribution"
# Routes of Cognito's hosted pages; no other emulator endpoint uses these methods and paths.
_SIGN_IN: Final = {
    "/oauth2/authorize": {"GET"},
    "/oauth2/login": {"POST"},
    "/login": {"POST"},
    "/oauth2/token": {"POST"},
    "/oauth2/userInfo": {"GET", "POST"},
    "/logout": {"GET"},
}
# All other control paths of ministack would wipe, configure or read the emulator without a key.
_CONTROL: Final = re.compile(r"/+_(ministack|localstack)(/|$)")
_CONTROL_SERVED: Final = re.compile(r"/_ministack/(health$|ready$|cfn-response/)")


@dataclass(frozen=True)
class Gate:
    """The trust boundary of both ports. `distribution_pass` identifies the distribution's requests."""

    site_port: int
    lan_address: str | None = None
    distribution_pass: bytes = field(default_factory=lambda: secrets.token_urlsafe(32).encode(), repr=False)

    def refuses_at_site(self, scope: HTTPScope | WebsocketScope) -> str | None:
        """Return the reason to reject a request to the site's port, or `None`; prevents DNS rebinding."""
        if self.is_lan(scope):
            if not _is_named(scope, (str(self.lan_address),), _DEFAULT_TLS_PORT):
                return "This address is not a name of the site."
            return None
        return None if _is_loopback(scope) else "This address is not a name of the site."

    def is_lan(self, scope: HTTPScope | WebsocketScope) -> bool:
        """Return whether a connection arrived at the local network's address, which serves TLS only."""
        return self.lan_address is not None and (scope.get("server") or ("", 0))[0] == self.lan_address

    def origin_at_site(self, scope: HTTPScope | WebsocketScope, origin: bytes) -> bytes:
        """Return the site's canonical origin for its origin in the local network; any other is unchanged."""
        return self.site.encode() if self.is_lan(scope) and origin == self.lan_site.encode() else origin

    def is_lan_sign_in(self, scope: HTTPScope) -> bool:
        """Return whether a request from the local network is one of the site's own pages for a sign-in."""
        return (
            self.is_lan(scope)
            and scope["method"] in _SIGN_IN.get(scope["path"], ())
            and _values(scope, b"origin") in ([], [self.lan_site.encode()])
        )

    @property
    def site(self) -> str:
        """The site's canonical origin."""
        return f"http://localhost:{self.site_port}"

    @property
    def lan_site(self) -> str:
        """The site's origin in the local network."""
        suffix = "" if self.site_port == _DEFAULT_TLS_PORT else f":{self.site_port}"
        return f"https://{self.lan_address}{suffix}"

    def refuses_at_emulator(self, scope: HTTPScope | WebsocketScope) -> str | None:
        """Return the reason to reject a request to the emulator's port, or `None`."""
        if self._is_from_distribution(scope):
            return None
        if not _is_loopback(scope):
            return "This address is not a name of the emulator."
        if _CONTROL.match(scope["path"]) and not _CONTROL_SERVED.match(scope["path"]):
            return "This control path is closed."
        origins, site = _values(scope, b"origin"), _values(scope, b"sec-fetch-site")
        if not origins and site in ([], [b"none"], [b"same-origin"]):
            return None
        if self._signs_in(scope, origins):
            return None
        return "The emulator does not answer pages: only programs and the sign-in page reach it."

    def _is_from_distribution(self, scope: HTTPScope | WebsocketScope) -> bool:
        given = _values(scope, PASS_HEADER)
        return (
            len(given) == 1
            and hmac.compare_digest(given[0], self.distribution_pass)
            and scope["path"].startswith("/_aws/execute-api/")
        )

    def _signs_in(self, scope: HTTPScope | WebsocketScope, origins: list[bytes]) -> bool:
        if scope["type"] != "http":
            return False
        methods, method = _SIGN_IN.get(scope["path"]), scope["method"]
        if methods is None:
            return False
        if origins:
            # The admin page requests its token; the sign-in page posts its form to its own origin.
            own = {f"http://localhost:{port}".encode() for port in (self.site_port, _port(scope))}
            return len(origins) == 1 and origins[0] in own and method in methods | {"OPTIONS"}
        navigates = (_values(scope, b"sec-fetch-mode"), _values(scope, b"sec-fetch-dest"))
        return method == "GET" and "GET" in methods and navigates == ([b"navigate"], [b"document"])


def without_pass(headers: Headers) -> list[tuple[bytes, bytes]]:
    """Return the headers without the distribution's pass, so that no function receives it."""
    return [(name, value) for name, value in headers if name.lower() != PASS_HEADER]


def _is_loopback(scope: HTTPScope | WebsocketScope) -> bool:
    return _is_named(scope, LOOPBACK_NAMES, _DEFAULT_PORT)


def _is_named(scope: HTTPScope | WebsocketScope, names: tuple[str, ...], default_port: int) -> bool:
    port = _port(scope)
    allowed = {f"{name}:{port}" for name in names}
    if port == default_port:
        allowed |= set(names)
    hosts = _values(scope, b"host")
    return len(hosts) == 1 and hosts[0].decode("latin-1").lower() in allowed


def _port(scope: HTTPScope | WebsocketScope) -> int:
    return int((scope.get("server") or ("", 0))[1] or 0)


def _values(scope: HTTPScope | WebsocketScope, wanted: bytes) -> list[bytes]:
    return [value for name, value in scope["headers"] if name.lower() == wanted]
