"""Roles of organisers are sets of permissions."""

from collections.abc import Iterator

import pytest
from contracts import roles
from contracts.roles import Permission, Role


def test_each_role_has_permissions_and_each_permission_a_role() -> None:
    assert set(roles.PERMISSIONS) == set(Role)
    assert frozenset[Permission]().union(*roles.PERMISSIONS.values()) == set(Permission)


@pytest.mark.parametrize(
    ("permission", "role"),
    [
        (Permission.READ, Role.VIEWER),
        (Permission.EDIT_POLLS, Role.EDITOR),
        (Permission.CLOSE_POLLS, Role.EDITOR),
        (Permission.DELETE_POLLS, Role.OWNER),
        (Permission.MANAGE_MEMBERS, Role.OWNER),
    ],
)
def test_the_least_role_with_a_permission_is_named(permission: Permission, role: Role) -> None:
    assert Role.least_with(permission) is role


def pairs() -> Iterator[tuple[Role | None, Role | None]]:
    """Yield all pairs of roles, and of no role."""
    every = [None, *Role]
    yield from ((one, other) for one in every for other in every)


@pytest.mark.parametrize(("one", "other"), pairs())
def test_the_common_role_never_exceeds_either_of_two(one: Role | None, other: Role | None) -> None:
    common = Role.common(one, other)
    assert common is Role.common(other, one)
    if one is None or other is None:
        assert common is None
    else:
        assert common is not None
        assert common.permissions == one.permissions & other.permissions


def test_two_roles_without_a_common_subset_have_no_common_role(monkeypatch: pytest.MonkeyPatch) -> None:
    apart = {
        Role.VIEWER: {Permission.READ},
        Role.EDITOR: {Permission.EDIT_POLLS},
        Role.OWNER: set(Permission),
    }
    monkeypatch.setattr(roles, "PERMISSIONS", apart)
    assert Role.common(Role.VIEWER, Role.EDITOR) is None


@pytest.mark.parametrize(
    ("groups", "role"),
    [([], None), (["choir"], None), (["viewer", "owner"], Role.OWNER), (["editor", "choir"], Role.EDITOR)],
)
def test_the_role_with_the_most_permissions_counts(groups: list[str], role: Role | None) -> None:
    assert Role.highest(groups) is role
