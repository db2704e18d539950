"""What every HTTP Lambda checks: came through our distribution, from our page, and who else may read.

Pure functions over header mappings with lower-case names, as API Gateway's payload 2.0 sends them.
"""

import hmac
from collections.abc import Collection, Mapping
from typing import Final

ORIGIN_VERIFY_HEADER: Final = "x-origin-verify"
VIEWER_ADDRESS_HEADER: Final = "cloudfront-viewer-address"
PREFLIGHT_MAX_AGE_SECONDS: Final = 600


def has_valid_origin_secret(headers: Mapping[str, str], origin_secret: Mapping[str, str]) -> bool:
    """Tell whether the request carries the origin secret.

    `origin_secret` is `{"current": …, "previous": …}`: both are valid, so that rotating it loses no request.
    """
    sent = headers.get(ORIGIN_VERIFY_HEADER, "").encode(errors="surrogatepass")
    valid = [origin_secret.get(name, "").encode() for name in ("current", "previous")]
    matches = [bool(value) and hmac.compare_digest(sent, value) for value in valid]
    return any(matches)


def is_same_origin(headers: Mapping[str, str], site_origin: str) -> bool:
    """Tell whether a browser sent this from a page of our own site.

    `Sec-Fetch-Site` decides where the browser sends it (a page cannot forge it), else `Origin`; with neither
    it is not a browser's request from our page.
    """
    fetch_site = headers.get("sec-fetch-site")
    if fetch_site is not None:
        return fetch_site == "same-origin"
    origin = headers.get("origin", "")
    return origin != "" and origin == site_origin


def cross_origin_headers(headers: Mapping[str, str], allowed_origins: Collection[str]) -> dict[str, str]:
    """Return the headers that let an allowed foreign page read a public answer; always `Vary: Origin`.

    Never with credentials, never `*`: an origin not on the list gets no permission.
    """
    origin = headers.get("origin", "")
    if origin and origin in allowed_origins:
        return {"Access-Control-Allow-Origin": origin, "Vary": "Origin"}
    return {"Vary": "Origin"}


def preflight_headers(headers: Mapping[str, str], allowed_origins: Collection[str]) -> dict[str, str]:
    """Return the answer to a preflight: reading (`GET`) is offered to allowed origins, nothing to others.

    A browser asks before it sends a header of the page's making. Offered are those that libraries add to
    every request; nothing here reads them. Not among them: what would carry who somebody is.
    """
    permission = cross_origin_headers(headers, allowed_origins)
    if "Access-Control-Allow-Origin" in permission:
        permission |= {
            "Access-Control-Allow-Methods": "GET",
            "Access-Control-Allow-Headers": "Content-Type, X-Requested-With",
            "Access-Control-Max-Age": str(PREFLIGHT_MAX_AGE_SECONDS),
        }
    return permission
