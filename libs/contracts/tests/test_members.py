"""Invitations: an address is written into the header of an e-mail, a name into the audit log."""

import unicodedata

import pytest
from contracts.members import InviteMember
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import ValidationError

LETTERS = st.text("abcxyz0189.+-_äé", min_size=1, max_size=20)
UNSEEN = st.characters(categories=["Cc", "Cf", "Cs", "Co", "Cn", "Zs", "Zl", "Zp"])


def invited(email: str) -> str:
    return InviteMember.model_validate({"name": "ada", "email": email, "role": "viewer"}).email


@given(LETTERS, LETTERS)
def test_address_is_accepted_unchanged(local: str, host: str) -> None:
    assert invited(f"{local}@{host}.example") == f"{local}@{host}.example"


@pytest.mark.covers("T37")
@given(LETTERS, LETTERS, UNSEEN, st.integers(0, 60))
def test_address_with_invisible_character_is_rejected(local: str, host: str, unseen: str, place: int) -> None:
    email = f"{local}@{host}.example"
    assume(unicodedata.category(unseen)[0] in "CZ")
    at = place % (len(email) + 1)
    with pytest.raises(ValidationError):
        invited(email[:at] + unseen + email[at:])


@pytest.mark.parametrize(
    "trick", ["a@b.example\nBcc: m@x.example", "a\x00@b.example", "a@b.exam\x7fple", "a@b\u202e.example"]
)
def test_address_with_header_injection_is_rejected(trick: str) -> None:
    with pytest.raises(ValidationError):
        invited(trick)
