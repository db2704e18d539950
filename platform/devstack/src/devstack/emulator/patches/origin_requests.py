"""ministack's distributions call their APIs through the emulator's own port, with the headers of a page.

There they look like the page itself, which may not come in. The distribution's requests get a mark that only
this process knows.
"""

from typing import Any

from ministack.services import cloudfront

from devstack.emulator.gate import PASS_HEADER


def apply(distribution_pass: bytes) -> None:
    """Mark what a distribution sends to its origins on this machine."""
    headers_for = cloudfront._origin_request_headers

    def marked(origin: dict[str, Any], *args: Any) -> dict[str, str]:
        headers: dict[str, str] = headers_for(origin, *args)
        if origin["domain_name"] == "localhost":
            headers[PASS_HEADER.decode()] = distribution_pass.decode()
        return headers

    cloudfront._origin_request_headers = marked
