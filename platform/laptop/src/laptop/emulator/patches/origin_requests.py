"""Mark the requests that ministack's distributions send to their APIs, so that the gate accepts them.

They go through the emulator's own port with the headers of a page, and pages are rejected there. The mark is
a secret of this process.
"""

from typing import Any

from ministack.services import cloudfront

from laptop.emulator.gate import PASS_HEADER


def apply(distribution_pass: bytes) -> None:
    """Add the mark to a distribution's requests to origins on this machine."""
    headers_for = cloudfront._origin_request_headers

    def marked(origin: dict[str, Any], *args: Any) -> dict[str, str]:
        headers: dict[str, str] = headers_for(origin, *args)
        if origin["domain_name"] == "localhost":
            headers[PASS_HEADER.decode()] = distribution_pass.decode()
        return headers

    cloudfront._origin_request_headers = marked
