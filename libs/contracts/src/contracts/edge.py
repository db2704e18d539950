"""Checks of every HTTP Lambda: origin secret, same origin, cross-origin reads.

Pure functions over header mappings with lower-case names, as API Gateway's payload 2.0 sends them.
"""

import hmac
from collections.abc import Collection, Mapping
from typing import Final

ORIGIN_VERIFY_HEADER: Final = "x-origin-verify"
VIEWER_ADDRESS_HEADER: Final = "cloudfront-viewer-address"
PREFLIGHT_MAX_AGE_SECONDS: Final = 600


def has_valid_origin_secret(headers: Mapping[str, str], origin_secret: Mapping[str, str]) -> bool:
    """Return whether the request carries the origin secret: it came through our distribution.

    `origin_secret` is `{"current": …, "previous": …}`: both are valid, so that a rotation rejects no request.
    """
    sent = headers.get(ORIGIN_VERIFY_HEADER, "").encode(errors="surrogatepass")
    valid = [origin_secret.get(name, "").encode() for name in ("current", "previous")]
    matches = [bool(value) and hmac.compare_digest(sent, value) for value in valid]
    return any(matches)


def is_same_origin(headers: Mapping[str, str], site_origin: str) -> bool:
    """Return whether a browser sent this request from a page of our own site.

    `Sec-Fetch-Site` decides if the browser sends it (a page cannot forge it), otherwise `Origin`. Without
    either header the request is not from a browser that shows our page.
    """
    fetch_site = headers.get("sec-fetch-site")
    if fetch_site is not None:
        return fetch_site == "same-origin"
    origin = headers.get("origin", "")
    return origin != "" and origin == site_origin


def cross_origin_headers(headers: Mapping[str, str], allowed_origins: Collection[str]) -> dict[str, str]:
    """Return the headers that let an allowed foreign page read a public response; always `Vary: Origin`.

    Never with credentials, never `*`: an origin that is not listed gets no permission.
    """
    origin = headers.get("origin", "")
    if origin and origin in allowed_origins:
        return {"Access-Control-Allow-Origin": origin, "Vary": "Origin"}
    return {"Vary": "Origin"}


def preflight_headers(headers: Mapping[str, str], allowed_origins: Collection[str]) -> dict[str, str]:
    """Return the headers of a preflight response: allowed origins may `GET`, others get no permission.

    A browser sends a preflight before a request with custom headers. The allowed headers are those that
    libraries add to every request; nothing here reads them. Headers that could carry an identity are not
    allowed.
    """
    permission = cross_origin_headers(headers, allowed_origins)
    if "Access-Control-Allow-Origin" in permission:
        permission |= {
            "Access-Control-Allow-Methods": "GET",
            "Access-Control-Allow-Headers": "Content-Type, X-Requested-With",
            "Access-Control-Max-Age": str(PREFLIGHT_MAX_AGE_SECONDS),
        }
    return permission
