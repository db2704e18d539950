"""A voter's first load, as `./dev bench page` measures it. `tests/e2e/test_first_load.py` compares them."""

from typing import Final

REQUESTS: Final = 8
"""Requests at most: the page, its styles and scripts, the poll, a ticket and the socket."""

BYTES: Final = 32_000
"""Bytes, compressed, with all headers, to within a tenth."""

DYNAMIC_REQUESTS: Final = 3
"""Requests that reach an API: the poll, the ticket and the socket. Others pass a CloudFront function."""
