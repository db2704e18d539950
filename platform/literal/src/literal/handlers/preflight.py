"""Answer a browser's preflight request."""

from typing import Any, Final

HEADERS: Final = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Headers": "content-type",
    "Access-Control-Allow-Methods": "GET,POST,OPTIONS",
}


def handler(_event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Allow the request."""
    return {"statusCode": 204, "headers": HEADERS}
