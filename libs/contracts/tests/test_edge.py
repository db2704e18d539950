"""Origin secret, same origin and CORS, as tables."""

import pytest
from contracts.edge import cross_origin_headers, has_valid_origin_secret, is_same_origin, preflight_headers
from hypothesis import given
from hypothesis import strategies as st

SITE = "https://vote.example"
NEWS = "https://news.example"
ROTATING = {"current": "new", "previous": "old"}
SETTLED = {"current": "new", "previous": ""}


@pytest.mark.parametrize(
    ("sent", "secret", "valid"),
    [
        ("new", SETTLED, True),
        ("new", ROTATING, True),
        ("old", ROTATING, True),
        ("old", SETTLED, False),
        ("", SETTLED, False),
        (None, SETTLED, False),
        (None, ROTATING, False),
        ("New", ROTATING, False),
        ("new ", ROTATING, False),
        ("new,old", ROTATING, False),
        ("", {"current": "", "previous": ""}, False),
        (None, {}, False),
        ("", {}, False),
        ("é\ud800", ROTATING, False),
    ],
)
def test_only_current_or_previous_origin_secret_is_valid(
    sent: str | None, secret: dict[str, str], valid: bool
) -> None:
    headers = {} if sent is None else {"x-origin-verify": sent}
    assert has_valid_origin_secret(headers, secret) is valid


@given(sent=st.text())
def test_arbitrary_text_is_no_valid_origin_secret(sent: str) -> None:
    assert not has_valid_origin_secret({"x-origin-verify": sent}, {"current": "k" * 64, "previous": ""})


@pytest.mark.parametrize(
    ("headers", "same"),
    [
        ({"sec-fetch-site": "same-origin", "origin": SITE}, True),
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "same-site", "origin": SITE}, False),
        ({"sec-fetch-site": "cross-site", "origin": SITE}, False),
        ({"sec-fetch-site": "none", "origin": SITE}, False),
        ({"sec-fetch-site": "", "origin": SITE}, False),
        ({"origin": SITE}, True),
        ({"origin": SITE + "/"}, False),
        ({"origin": SITE.replace("https", "http")}, False),
        ({"origin": f"{SITE}.evil.example"}, False),
        ({"origin": "null"}, False),
        ({"origin": ""}, False),
        ({"referer": SITE}, False),
        ({}, False),
    ],
)
def test_only_request_from_own_page_is_same_origin(headers: dict[str, str], same: bool) -> None:
    assert is_same_origin(headers, SITE) is same


@pytest.mark.parametrize("headers", [{}, {"origin": ""}])
def test_unconfigured_site_matches_no_origin(headers: dict[str, str]) -> None:
    assert is_same_origin(headers, "") is False


@pytest.mark.parametrize(
    ("origin", "allowed", "permission"),
    [
        (NEWS, [NEWS], {"Access-Control-Allow-Origin": NEWS}),
        (NEWS, ["https://a.example", NEWS], {"Access-Control-Allow-Origin": NEWS}),
        (NEWS, [], {}),
        (NEWS, ["*"], {}),
        ("*", [NEWS], {}),
        ("null", [NEWS], {}),
        ("", [NEWS], {}),
        ("", [""], {}),
        (None, [NEWS], {}),
        (f"{NEWS}.evil.example", [NEWS], {}),
        (NEWS.upper(), [NEWS], {}),
    ],
)
def test_only_listed_origins_may_read_and_responses_vary_by_origin(
    origin: str | None, allowed: list[str], permission: dict[str, str]
) -> None:
    headers = {} if origin is None else {"origin": origin}
    assert cross_origin_headers(headers, allowed) == {**permission, "Vary": "Origin"}
    preflight = preflight_headers(headers, allowed)
    assert ("Access-Control-Allow-Methods" in preflight) is bool(permission)


def test_preflight_allows_reading_for_ten_minutes_and_no_credentials() -> None:
    assert preflight_headers({"origin": NEWS}, [NEWS]) == {
        "Access-Control-Allow-Origin": NEWS,
        "Access-Control-Allow-Methods": "GET",
        "Access-Control-Allow-Headers": "Content-Type, X-Requested-With",
        "Access-Control-Max-Age": "600",
        "Vary": "Origin",
    }
