"""Renaming the voter's cookie between function and browser on plain http, and only there."""

import pytest
from devkit.checkout import ROOT
from laptop.cookies import LAPTOP_PREFIX, to_browser, to_function

SET = "__Host-voter=v1.k1.x.1.y; Path=/; Secure; Max-Age=60; HttpOnly; SameSite=Strict"


def test_a_browser_receives_the_cookie_without_secure() -> None:
    assert to_browser(SET) == "laptop-voter=v1.k1.x.1.y; Path=/; Max-Age=60; HttpOnly; SameSite=Strict"
    assert to_browser("__Host-a=Secure; SECURE;Path=/;secure") == "laptop-a=Secure;Path=/"


@pytest.mark.parametrize("cookie", ["session=1; Secure", "__Secure-a=1; Secure", " __Host-a=1; Secure", ""])
def test_any_other_cookie_is_unchanged(cookie: str) -> None:
    assert to_browser(cookie) == cookie


@pytest.mark.parametrize(
    ("sent", "seen"),
    [
        ("laptop-voter=x", "__Host-voter=x"),
        ("a=1; laptop-voter=x; b=2", "a=1; __Host-voter=x; b=2"),
        ("__Host-voter=old; laptop-voter=x", "__Host-voter=x"),
        ("laptop-voter=x; laptop-voter=y", "__Host-voter=x; __Host-voter=y"),
        ("__Host-voter=x; __Host-voter=y", "__Host-voter=x; __Host-voter=y"),
        ("__Host-voter=x", "__Host-voter=x"),
        ("a=laptop-voter=x", "a=laptop-voter=x"),
        ("\u2000laptop-voter=x", "\u2000laptop-voter=x"),
        ("laptop-voter", "__Host-voter"),
        ("", ""),
    ],
)
def test_a_function_receives_its_own_cookie_name_and_all_other_bytes_unchanged(sent: str, seen: str) -> None:
    assert to_function(sent) == seen


def test_no_deployed_file_contains_the_local_cookie_name() -> None:
    """The exception exists only in the local edge: no template, function or page can enable it."""
    deployed = [
        path
        for folder in ("services", "libs", "platform")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".js", ".yaml", ".toml", ".html"}
        and path.is_file()
        and "laptop" not in path.parts
        and "tests" not in path.parts
    ]
    assert len(deployed) > 100
    assert [path for path in deployed if LAPTOP_PREFIX in path.read_text()] == []
