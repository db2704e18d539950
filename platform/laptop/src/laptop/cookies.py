"""Renames the voter's cookie for http://localhost, where WebKit accepts no `Secure` cookie.

Functions set `__Host-voter; Secure` locally as on AWS, without a switch. The local edge, which is never
deployed, renames the cookie to `laptop-voter` and removes `Secure` on the way to the browser, and back.
"""

import re
from typing import Final

HOST_PREFIX: Final = "__Host-"
LAPTOP_PREFIX: Final = "laptop-"
_SECURE: Final = re.compile(r";[ \t]*secure[ \t]*(?=;|$)", re.IGNORECASE)


def to_browser(set_cookie: str) -> str:
    """Convert a function's `Set-Cookie` to one that a browser accepts on plain http; others are unchanged."""
    if not set_cookie.startswith(HOST_PREFIX):
        return set_cookie
    return LAPTOP_PREFIX + _SECURE.sub("", set_cookie.removeprefix(HOST_PREFIX))


def to_function(cookies: str) -> str:
    """Return a `Cookie` header with the functions' cookie names.

    If the browser sends the local name, a cookie of the real name is left over from another server on
    localhost and is dropped. All other bytes are unchanged, so that functions validate the original header.
    """
    pairs = [(pair, pair.lstrip(" ")) for pair in cookies.split(";")]
    renamed = {
        HOST_PREFIX + text.removeprefix(LAPTOP_PREFIX).partition("=")[0]
        for _, text in pairs
        if text.startswith(LAPTOP_PREFIX)
    }
    kept = [
        pair.replace(LAPTOP_PREFIX, HOST_PREFIX, 1) if text.startswith(LAPTOP_PREFIX) else pair
        for pair, text in pairs
        if text.partition("=")[0] not in renamed
    ]
    return ";".join(kept).lstrip(" ")
