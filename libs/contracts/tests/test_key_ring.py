"""Keys: derived by RFC 5869, read from a secret, never logged."""

import pytest
from contracts.key_ring import KeyRing, UnknownKeyId, hkdf_sha256


@pytest.mark.parametrize(
    ("secret", "salt", "info", "first_32_bytes"),
    [
        pytest.param(
            "0b" * 22,
            "000102030405060708090a0b0c",
            "f0f1f2f3f4f5f6f7f8f9",
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf",
            id="appendix A.1",
        ),
        pytest.param(
            bytes(range(0x50)).hex(),
            bytes(range(0x60, 0xB0)).hex(),
            bytes(range(0xB0, 0x100)).hex(),
            "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c",
            id="appendix A.2",
        ),
        pytest.param(
            "0b" * 22,
            "",
            "",
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d",
            id="appendix A.3",
        ),
    ],
)
def test_derivation_matches_the_vectors_of_rfc_5869(
    secret: str, salt: str, info: str, first_32_bytes: str
) -> None:
    derived = hkdf_sha256(bytes.fromhex(secret), salt=bytes.fromhex(salt), info=bytes.fromhex(info))
    assert derived.hex() == first_32_bytes


def test_derived_key_depends_on_purpose_salt_and_key() -> None:
    ring = KeyRing.read({"current": "k2", "k1": "one", "k2": "two"})
    derived = {
        ring.derive("k1", info=b"voter_token"),
        ring.derive("k2", info=b"voter_token"),
        ring.derive("k2", info=b"poll"),
        ring.derive("k2", info=b"poll", salt=b"a"),
        ring.derive("k2", info=b"poll", salt=b"b"),
    }
    assert len(derived) == 5
    assert {len(key) for key in derived} == {32}


@pytest.mark.parametrize("key_id", ["k3", "", "current", "K1"])
def test_a_key_that_is_not_in_the_secret_is_unknown(key_id: str) -> None:
    ring = KeyRing.read({"current": "k1", "k1": "one"})
    with pytest.raises(UnknownKeyId):
        ring.derive(key_id, info=b"voter_token")


@pytest.mark.parametrize(
    "secret",
    [{}, {"k1": "one"}, {"current": "k2", "k1": "one"}, {"current": "k1", "k1": ""}, {"current": "current"}],
)
def test_secret_without_its_current_key_is_rejected(secret: dict[str, str]) -> None:
    with pytest.raises(UnknownKeyId, match="'current' names no key"):
        KeyRing.read(secret)


def test_a_removed_key_left_empty_is_no_key() -> None:
    ring = KeyRing.read({"current": "k2", "k1": "", "k2": "two"})
    with pytest.raises(UnknownKeyId):
        ring.derive("k1", info=b"voter_token")


def test_keys_never_show_in_a_log() -> None:
    ring = KeyRing.read({"current": "k1", "k1": "very-secret"})
    assert "very-secret" not in repr(ring)
