"""Owners list, invite, change and remove members. Stale tokens and lost responses: `test_access.py`."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from contracts.members import Member, Members
from contracts.roles import Role

from .conftest import listen

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

type Ask = Callable[..., SimpleNamespace]
type Given = Callable[..., None]

CHANGING = [
    ("list_members", None, {}),
    ("invite_member", {"name": "eva", "email": "eva@example.com", "role": "editor"}, {}),
    ("change_role", {"role": "viewer"}, {"member": "ben"}),
    ("remove_member", None, {"member": "ben"}),
]


def roles(ask: Ask) -> dict[str, Role | None]:
    answer = ask("list_members")
    assert answer.status == 200, answer.body
    return {member.name: member.role for member in Members.model_validate(answer.body).members}


def audit_log(ask: Ask) -> list[tuple[str, str, str]]:
    entries = ask("read_audit_log").body["entries"]
    return [(entry["name"], entry["action"], entry["about"]) for entry in entries]


def assert_refused(answer: SimpleNamespace, status: int, slug: str) -> None:
    assert (answer.status, answer.body["type"]) == (status, f"/problems/{slug}"), answer.body


def test_members_are_listed_by_name_with_their_highest_role(ask: Ask, given: Given) -> None:
    given(zoe="viewer", ada="owner viewer", ben="viewer editor", eve="")
    assert roles(ask) == {"ada": Role.OWNER, "ben": Role.EDITOR, "eve": None, "zoe": Role.VIEWER}


def test_members_of_several_pages_of_the_pool_are_all_listed(ask: Ask, given: Given) -> None:
    given(**{f"member-{number:03}": "viewer" for number in range(65)})
    assert list(roles(ask)) == [f"member-{number:03}" for number in range(65)]
    assert set(roles(ask).values()) == {Role.VIEWER}


def test_invited_member_has_the_role_and_a_verified_address(
    ask: Ask, given: Given, cognito: "CognitoIdentityProviderClient", aws: str
) -> None:
    given(ada="owner")
    answer = ask("invite_member", {"name": "eva", "email": "eva@example.com", "role": "editor"})
    assert answer.status == 201
    invited = Member.model_validate(answer.body)
    assert (invited.name, invited.email, invited.role) == ("eva", "eva@example.com", Role.EDITOR)
    assert invited.status == "invited"
    kept = cognito.admin_get_user(UserPoolId=aws, Username="eva")["UserAttributes"]
    assert {"Name": "email_verified", "Value": "true"} in kept
    assert audit_log(ask) == [("ada", "member.invited", "eva: editor")]


@pytest.mark.parametrize(
    "wanted", [{"name": "ben", "email": "other@example.com"}, {"name": "other", "email": "BEN@example.com"}]
)
def test_invitation_with_an_existing_name_or_address_is_refused(
    ask: Ask, given: Given, wanted: dict[str, str]
) -> None:
    given(ada="owner", ben="viewer")
    answer = ask("invite_member", wanted | {"role": "owner"})
    assert_refused(answer, 409, "member-exists")
    [error] = answer.body["errors"]
    assert error["field"] == ("name" if wanted["name"] == "ben" else "email")
    assert roles(ask) == {"ada": Role.OWNER, "ben": Role.VIEWER}
    assert audit_log(ask) == []


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("name", "eva@example.com"),
        ("name", "E"),
        ("name", "-eva"),
        ("name", "x" * 33),
        ("email", "eva"),
        ("email", "eva@localhost"),
        ("email", "eva@example.com, mallory@example.com"),
        ("email", "x" * 65 + "@example.com"),
        ("role", "admin"),
    ],
)
def test_invalid_invitation_names_the_field(ask: Ask, given: Given, field: str, text: str) -> None:
    given(ada="owner")
    wanted = {"name": "eva", "email": "eva@example.com", "role": "viewer"} | {field: text}
    answer = ask("invite_member", wanted)
    assert_refused(answer, 422, "validation-failed")
    assert [error["field"] for error in answer.body["errors"]] == [field]
    assert roles(ask) == {"ada": Role.OWNER}


@pytest.mark.parametrize("before", ["editor", "viewer editor owner", ""])
@pytest.mark.parametrize("after", Role)
def test_new_role_replaces_the_previous_roles(
    ask: Ask, given: Given, cognito: "CognitoIdentityProviderClient", aws: str, before: str, after: Role
) -> None:
    given(ada="owner", ben=before)
    answer = ask("change_role", {"role": after}, member="ben")
    assert (answer.status, answer.body["role"]) == (200, after)
    groups = cognito.admin_list_groups_for_user(UserPoolId=aws, Username="ben")["Groups"]
    if Role.highest(before.split()) is not after:
        assert [group["GroupName"] for group in groups] == [after.value]
        assert audit_log(ask) == [("ada", "member.role_changed", f"ben: {after}")]


def test_removed_member_is_deleted_and_signed_out(
    ask: Ask, given: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    given(ada="owner", ben="editor")
    called = record_calls(monkeypatch)
    assert ask("remove_member", member="ben").status == 204
    assert called.index("AdminUserGlobalSignOut") < called.index("AdminDeleteUser")
    assert called.index("TransactWriteItems") < called.index("AdminRemoveUserFromGroup")
    assert ask("remove_member", member="ben").status == 204
    assert ask("remove_member", member="null,null").status == 404, "no member can have this name"
    assert roles(ask) == {"ada": Role.OWNER}
    assert audit_log(ask) == [("ada", "member.removed", "ben")]


@pytest.mark.covers("T37")
@pytest.mark.parametrize(("slug", "body"), [("change_role", {"role": "viewer"}), ("remove_member", None)])
def test_owners_cannot_change_or_remove_themselves(ask: Ask, given: Given, slug: str, body: Any) -> None:
    given(ada="owner", ben="owner")
    assert_refused(ask(slug, body, member="ada"), 409, "cannot-modify-self")
    assert roles(ask) == {"ada": Role.OWNER, "ben": Role.OWNER}
    assert audit_log(ask) == []


@pytest.mark.covers("T37")
@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR])
@pytest.mark.parametrize(("slug", "body", "path"), CHANGING)
def test_member_operations_require_the_role_owner(
    ask: Ask, given: Given, role: Role, slug: str, body: Any, path: dict[str, str]
) -> None:
    given(ada="owner", ben="viewer")
    claims = {"sub": "sub-of-eve", "username": "eve", "cognito:groups": f"[{role}]"}
    assert_refused(ask(slug, body, claims=claims, **path), 403, "insufficient-role")
    assert roles(ask) == {"ada": Role.OWNER, "ben": Role.VIEWER}


@pytest.mark.parametrize(
    ("code", "status", "slug"),
    [
        ("TooManyRequestsException", 429, "throttled"),
        ("InternalErrorException", 503, "unavailable"),
        ("InvalidParameterException", 500, "internal"),
        (None, 503, "unavailable"),
    ],
)
def test_pool_error_is_mapped_to_a_problem(
    ask: Ask, given: Given, monkeypatch: pytest.MonkeyPatch, code: str | None, status: int, slug: str
) -> None:
    def fail(**_: Any) -> None:
        if code is None:
            raise EndpointConnectionError(endpoint_url="https://cognito")
        http = {"HTTPStatusCode": 500 if code.startswith("Internal") else 400}
        raise ClientError({"Error": {"Code": code}, "ResponseMetadata": http}, "ListUsers")  # type: ignore[typeddict-item]

    listen(monkeypatch, "before-call.cognito-identity-provider.ListUsers", fail)
    assert_refused(ask("list_members"), status, slug)


def record_calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    called: list[str] = []
    listen(monkeypatch, "before-call.*", lambda model, **_: called.append(model.name))
    return called
