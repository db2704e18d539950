"""The privacy scan finds planted values in every encoding, and reports nothing else."""

import base64
import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ..e2e.privacy.identity import Identity
from ..e2e.privacy.places import Place
from ..e2e.privacy.scan import Scanner

ADDRESS = Identity("address", b"127.83.41.7")
VOTER_ID = Identity("voter id", bytes(range(0xF1, 0x101 - 1)) + b"\x00")
E_MAIL = Identity("e-mail", "zoë+vote@example.org".encode())
MAC = "A" * 43
POLL = "7zq4m0x2v9c6k3t8hj5n1w0rge"


def leaks(identity: Identity, text: bytes | str, place: str = "log /aws/lambda/x") -> list[str]:
    content = text.encode() if isinstance(text, str) else text
    return [leak.kind for leak in Scanner([identity]).leaks([Place(place, content)])]


@pytest.mark.parametrize("identity", [ADDRESS, VOTER_ID, E_MAIL], ids=lambda identity: identity.kind)
@pytest.mark.parametrize(
    "spell",
    [
        lambda value: value,
        lambda value: b'{"message":"' + value + b'"}',
        lambda value: value.hex(),
        lambda value: value.hex().upper(),
        base64.b64encode,
        lambda value: base64.urlsafe_b64encode(value).rstrip(b"="),
        lambda value: base64.b64encode(b"x" + value + b"yz"),
        lambda value: base64.b64encode(b"xy" + value + b"z"),
        lambda value: base64.urlsafe_b64encode(b"xyz" + value + b"y"),
        lambda value: f"GET /?who={quote(value, safe='')}",
        lambda value: f"voter {value!r} came",
        lambda value: json.dumps({"message": f"voter {value!r} came"}),
    ],
)
def test_an_identity_is_found_in_every_encoding(identity: Identity, spell: Any) -> None:
    assert leaks(identity, spell(identity.value)) == [identity.kind]


def test_text_that_json_escapes_is_found() -> None:
    assert leaks(E_MAIL, json.dumps({"message": E_MAIL.value.decode()})) == ["e-mail"]


@given(st.binary(min_size=8, max_size=40), st.binary(max_size=9), st.binary(max_size=9))
def test_any_bytes_inside_longer_base64_are_found(value: bytes, before: bytes, after: bytes) -> None:
    identity = Identity("bytes", value)
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        assert leaks(identity, encode(before + value + after)) == ["bytes"]


@given(st.binary(min_size=8, max_size=40), st.binary(max_size=200))
def test_an_absent_identity_is_not_reported(value: bytes, text: bytes) -> None:
    identity = Identity("bytes", value)
    if not any(form in text for form in identity.forms()):
        assert leaks(identity, text) == []


def test_an_identity_is_a_leak_only_outside_its_allowed_place() -> None:
    salt = Identity("salt", b"s" * 32, kept_in=("table voting-state",))
    assert leaks(salt, salt.value, "table voting-state") == []
    assert leaks(salt, salt.value, "table polls") == ["salt"]
    assert leaks(salt, salt.value, "log voting-state") == ["salt"]


def test_each_of_many_identities_is_reported_once_per_place() -> None:
    many = [Identity(f"number {n}", f"identity-{n:06d}".encode()) for n in range(1000)]
    text = b" ".join([many[7].value, many[993].value, many[7].value])
    found = Scanner(many).leaks([Place("one", text), Place("other", many[7].value)])
    assert [(leak.kind, leak.place) for leak in found] == [
        ("number 7", "one"),
        ("number 993", "one"),
        ("number 7", "other"),
    ]


def test_a_leak_shows_the_surrounding_text_without_the_value() -> None:
    (leak,) = Scanner([ADDRESS]).leaks([Place("log x", b"refused 127.83.41.7 today")])
    assert leak.around == "refused [address] today"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (f"v1.k1.{'V' * 22}.1795685923.{MAC}", "a signed token"),
        (f"v1.k2.{POLL}.1795685923.{MAC}", "a signed token"),
        (f"v1.k1.voter.{POLL}.1795685923.{'t' * 16}.{MAC}", "a signed token"),
        (f"v1.k1.public.-.1795685923.{'t' * 16}.{MAC}", "a signed token"),
        ("7ZQ4M-0X2V9-C6K3T-8HJ5N-1W0RG", "a voting code"),
        (f"Bearer eyJ{'h' * 20}.eyJ{'p' * 40}.{'s' * 40}", "a token"),
    ],
)
def test_our_token_formats_are_found_without_a_known_value(text: str, kind: str) -> None:
    assert leaks(ADDRESS, f'{{"message": "what is {text}?"}}') == [kind]


@pytest.mark.parametrize(
    "text",
    ["version 1.43.106", f"poll {POLL}", "arn:aws:lambda:eu-central-1:000000000000:function:x", MAC],
)
def test_usual_log_content_is_not_a_leak(text: str) -> None:
    assert leaks(ADDRESS, text) == []


def test_a_too_short_value_is_rejected() -> None:
    with pytest.raises(ValueError, match="too short"):
        Identity("choice", b"a")


def test_the_emulators_current_and_previous_logs_are_scanned(tmp_path: Path) -> None:
    from laptop.instance import Instance  # noqa: PLC0415

    from ..e2e.privacy import places  # noqa: PLC0415

    (tmp_path / "emulator.log").write_text("now")
    (tmp_path / "emulator.before.log").write_text("before")

    class NoGroups:
        def get_paginator(self, _: str) -> Any:
            return self

        def paginate(self, **_: Any) -> list[Any]:
            return []

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(places, "client", lambda *_: NoGroups())
        found = list(places.logs(Instance(tmp_path, 1, 2)))
    assert [(place.name, place.content) for place in found] == [
        ("log emulator.before.log", b"before"),
        ("log emulator.log", b"now"),
    ]
