"""The voter's cookie between function and browser on plain http, and never anywhere else."""

import pytest
from devstack.instance import ROOT
from devstack.laptop_cookies import LAPTOP_PREFIX, to_browser, to_function

SET = "__Host-voter=v1.k1.x.1.y; Path=/; Secure; Max-Age=60; HttpOnly; SameSite=Strict"


def test_a_browser_is_given_the_cookie_without_secure_and_with_everything_else() -> None:
    assert to_browser(SET) == "laptop-voter=v1.k1.x.1.y; Path=/; Max-Age=60; HttpOnly; SameSite=Strict"
    assert to_browser("__Host-a=Secure; SECURE;Path=/;secure") == "laptop-a=Secure;Path=/"


@pytest.mark.parametrize("cookie", ["session=1; Secure", "__Secure-a=1; Secure", " __Host-a=1; Secure", ""])
def test_any_other_cookie_stays_as_it_was_set(cookie: str) -> None:
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
def test_a_function_sees_its_own_name_and_every_other_byte_as_sent(sent: str, seen: str) -> None:
    assert to_function(sent) == seen


def test_nothing_that_is_deployed_knows_the_laptops_cookie() -> None:
    """The exception lives in the laptop's edge alone: no template, function or page can switch it on."""
    deployed = [
        path
        for folder in ("services", "libs", "platform")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".js", ".yaml", ".toml", ".html"}
        and path.is_file()
        and "devstack" not in path.parts
        and "tests" not in path.parts
    ]
    assert len(deployed) > 100
    assert [path for path in deployed if LAPTOP_PREFIX in path.read_text()] == []
