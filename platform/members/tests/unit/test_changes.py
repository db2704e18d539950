"""Changes that an owner may make to another account, checked before any write."""

from datetime import UTC, datetime
from typing import Any

import pytest
from contracts.members import InviteMember, Member, MemberStatus
from contracts.roles import Role
from members.domain.changes import check_new, check_not_own
from members.domain.errors import CannotModifySelf, MemberExists

SINCE = datetime(2026, 5, 3, 9, 30, tzinfo=UTC)
ADA = Member(name="ada", email="Ada@example.com", role=Role.OWNER, status=MemberStatus.ACTIVE, since=SINCE)


def invitation(**changes: Any) -> InviteMember:
    asked: dict[str, Any] = {"name": "ben", "email": "ben@example.com", "role": "editor"}
    return InviteMember.model_validate(asked | changes)


@pytest.mark.parametrize(
    ("asked", "field"), [({"name": "ada"}, "name"), ({"email": "aDA@EXAMPLE.com"}, "email")]
)
def test_invitation_for_an_existing_name_or_address_names_its_field(
    asked: dict[str, Any], field: str
) -> None:
    with pytest.raises(MemberExists) as refused:
        check_new([ADA], invitation(**asked))
    assert [error.field for error in refused.value.errors or ()] == [field]


def test_an_invitation_for_a_new_name_and_address_passes() -> None:
    check_new([ADA, ADA.model_copy(update={"name": "eve", "email": ""})], invitation())


def test_owners_may_change_other_accounts_but_not_their_own() -> None:
    check_not_own("subject-of-ben", "subject-of-ada")
    with pytest.raises(CannotModifySelf):
        check_not_own("subject-of-ada", "subject-of-ada")
