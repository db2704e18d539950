"""The voter's cookie on http://localhost, where WebKit accepts no `Secure` cookie.

Functions set `__Host-voter; Secure` on the laptop as on AWS, without a switch. Between them and the browser
the laptop's edge, which is never deployed, calls the cookie `laptop-voter` and leaves `Secure` out.
"""

import re
from typing import Final

HOST_PREFIX: Final = "__Host-"
LAPTOP_PREFIX: Final = "laptop-"
_SECURE: Final = re.compile(r";[ \t]*secure[ \t]*(?=;|$)", re.IGNORECASE)


def to_browser(set_cookie: str) -> str:
    """Return a `Set-Cookie` of a function as a browser on plain http takes it; any other stays as it is."""
    if not set_cookie.startswith(HOST_PREFIX):
        return set_cookie
    return LAPTOP_PREFIX + _SECURE.sub("", set_cookie.removeprefix(HOST_PREFIX))


def to_function(cookies: str) -> str:
    """Return a `Cookie` header with the functions' names.

    Where a browser sends the laptop's name, a cookie of the real name is left over from another server on
    localhost and is dropped. Every other byte stays, so that functions judge what was really sent.
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
