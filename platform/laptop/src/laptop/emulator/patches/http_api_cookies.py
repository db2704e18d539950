"""Move a request's cookies to the list `cookies` of payload 2.0; ministack leaves a `cookie` header."""

from typing import Any

from ministack.services import apigateway


def cookies_moved(event: dict[str, Any]) -> dict[str, Any]:
    """Return the payload 2.0 event with its cookies in the list `cookies`."""
    headers = dict(event["headers"])
    cookies = headers.pop("cookie", "")
    if not cookies:
        return event
    return {**event, "headers": headers, "cookies": [part.strip(" ") for part in cookies.split(";")]}


def apply() -> None:
    """Rewrite each event that ministack's HTTP API sends to a function."""
    run = apigateway.run_reentrant

    async def run_with_cookies(call: Any, *args: Any, **options: Any) -> Any:
        return await run(
            call, *(cookies_moved(arg) if _is_http_event(arg) else arg for arg in args), **options
        )

    apigateway.run_reentrant = run_with_cookies


def _is_http_event(argument: Any) -> bool:
    return isinstance(argument, dict) and argument.get("version") == "2.0" and "headers" in argument
