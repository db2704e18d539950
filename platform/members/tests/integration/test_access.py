"""Access depends on the current state: old tokens, concurrent owners, a lagging pool, lost responses."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ReadTimeoutError
from contracts.roles import Role

from .conftest import MEMBERS, listen

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_dynamodb import DynamoDBClient

type Ask = Callable[..., SimpleNamespace]
type Given = Callable[..., None]
type Subject = Callable[[str], str]

EVA = {"name": "eva", "email": "eva@example.com", "role": "editor"}
ONCE = {"invitation_id": "8a7c7e5e-0b59-4f43-a5d7-3b1b5cf7a001"}
CHANGES = [
    ("invite_member", {**EVA, "role": "owner"}, {}),
    ("change_role", {"role": "owner"}, {"member": "vic"}),
    ("change_role", {"role": "viewer"}, {"member": "ben"}),
    ("remove_member", None, {"member": "ben"}),
]
LOSING = [("change_role", {"role": "editor"}), ("remove_member", None)]


@pytest.fixture
def groups(cognito: "CognitoIdentityProviderClient", aws: str) -> Callable[[str], list[str]]:
    def read(name: str) -> list[str]:
        try:
            found = cognito.admin_list_groups_for_user(UserPoolId=aws, Username=name)["Groups"]
        except cognito.exceptions.UserNotFoundException:
            return []
        return [group["GroupName"] for group in found]

    return read


def token(subject: str, name: str, role: str = "owner") -> dict[str, str]:
    return {"sub": subject, "username": name, "cognito:groups": f"[{role}]"}


def assert_refused(answer: SimpleNamespace, status: int, slug: str) -> None:
    assert (answer.status, answer.body["type"]) == (status, f"/problems/{slug}"), answer.body


@pytest.mark.covers("T37")
@pytest.mark.parametrize(("slug", "body", "path"), CHANGES)
def test_the_old_token_of_a_demoted_owner_changes_no_access(
    ask: Ask, given: Given, subject: Subject, groups: Callable[[str], list[str]],
    slug: str, body: Any, path: dict[str, str],
) -> None:  # fmt: skip
    given(ada="owner", ben="owner", vic="viewer")
    old = token(subject("ada"), "ada")
    assert (
        ask("change_role", {"role": "viewer"}, member="ada", claims=token(subject("ben"), "ben")).status
        == 200
    )
    answer = ask(slug, body, claims=old, **path)
    assert_refused(answer, 403, "insufficient-role")
    assert answer.body["detail"].startswith("This needs the role owner, and yours is viewer.")
    assert (groups("ben"), groups("vic"), groups("eva")) == (["owner"], ["viewer"], [])


@pytest.mark.parametrize(("slug", "body", "path"), CHANGES)
def test_the_old_token_of_a_removed_owner_changes_no_access_after_the_name_is_reused(
    ask: Ask, given: Given, subject: Subject, groups: Callable[[str], list[str]],
    slug: str, body: Any, path: dict[str, str],
) -> None:  # fmt: skip
    given(ada="owner", ben="owner", vic="viewer")
    old, ben = token(subject("ada"), "ada"), token(subject("ben"), "ben")
    assert ask("remove_member", member="ada", claims=ben).status == 204
    assert_refused(ask(slug, body, claims=old, **path), 403, "insufficient-role")
    given(ada="owner")
    assert_refused(ask(slug, body, claims=old, **path), 403, "insufficient-role")
    assert (groups("ben"), groups("vic"), groups("eva")) == (["owner"], ["viewer"], [])


@pytest.mark.parametrize(("slug", "body", "path"), CHANGES)
def test_owner_demoted_or_disabled_by_an_operator_changes_no_access(
    ask: Ask, given: Given, cognito: "CognitoIdentityProviderClient", aws: str,
    slug: str, body: Any, path: dict[str, str],
) -> None:  # fmt: skip
    given(ada="owner", ben="owner", vic="viewer")
    cognito.admin_disable_user(UserPoolId=aws, Username="ada")
    assert_refused(ask(slug, body, **path), 403, "insufficient-role")
    cognito.admin_enable_user(UserPoolId=aws, Username="ada")
    cognito.admin_remove_user_from_group(UserPoolId=aws, Username="ada", GroupName="owner")
    assert_refused(ask(slug, body, **path), 403, "insufficient-role")


@pytest.mark.covers("T37")
@pytest.mark.parametrize("mine", [0, 1])
def test_concurrent_removals_of_two_owners_leave_one_owner(
    ask: Ask, given: Given, groups: Callable[[str], list[str]], subject: Subject,
    monkeypatch: pytest.MonkeyPatch, mine: int,
) -> None:  # fmt: skip
    """The other owner's whole request runs between all checks of the first and its write."""
    given(ada="owner", ben="owner")
    ada, ben = token(subject("ada"), "ada"), token(subject("ben"), "ben")
    (slug, body), (others, others_body) = LOSING[mine], LOSING[1 - mine]
    quicker: list[SimpleNamespace] = []

    def the_other_is_quicker(**_: Any) -> None:
        if not quicker:
            quicker.append(SimpleNamespace())
            quicker[0] = ask(others, others_body, member="ada", claims=ben)

    listen(monkeypatch, "before-call.dynamodb.TransactWriteItems", the_other_is_quicker)
    answer = ask(slug, body, member="ben", claims=ada)
    assert quicker[0].status < 300
    assert_refused(answer, 403, "insufficient-role")
    assert (groups("ben"), "owner" in groups("ada")) == (["owner"], False)


def test_members_are_invited_changed_and_removed_while_the_list_of_users_lags(
    ask: Ask, given: Given, groups: Callable[[str], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cognito's ListUsers and ListUsersInGroup may miss a change for seconds; here they never see it."""
    given(ada="owner")
    listen(
        monkeypatch,
        "after-call.cognito-identity-provider.ListUsers",
        lambda parsed, **_: parsed.update(Users=[]),
    )
    listen(
        monkeypatch, "after-call.cognito-identity-provider.ListUsersInGroup",
        lambda parsed, **_: parsed.update(Users=[]),
    )  # fmt: skip
    assert (invited := ask("invite_member", EVA)).status == 201, invited.body
    assert (invited.body["role"], groups("eva")) == ("editor", ["editor"])
    assert (changed := ask("change_role", {"role": "owner"}, member="eva")).status == 200, changed.body
    assert (changed.body["role"], groups("eva")) == ("owner", ["owner"])
    assert ask("remove_member", member="eva").status == 204
    assert groups("eva") == []


def test_repeated_invitation_creates_one_account_and_returns_the_same_response(
    ask: Ask, given: Given
) -> None:
    given(ada="owner")
    first, again = ask("invite_member", EVA | ONCE), ask("invite_member", EVA | ONCE)
    assert (first.status, again.status) == (201, 201)
    assert again.body == first.body
    assert len(ask("read_audit_log").body["entries"]) == 1


@pytest.mark.parametrize("call", ["AdminCreateUser", "TransactWriteItems", "AdminAddUserToGroup"])
def test_interrupted_invitation_is_completed_by_a_retry(
    ask: Ask, given: Given, groups: Callable[[str], list[str]], monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    given(ada="owner")
    lost: list[str] = []

    def lose_the_answer(model: Any, **_: Any) -> None:
        if model.name == call and not lost:
            lost.append(call)
            raise ReadTimeoutError(endpoint_url="https://aws")

    listen(monkeypatch, "after-call.*", lose_the_answer)
    assert_refused(ask("invite_member", EVA | ONCE), 503, "unavailable")
    assert lost
    again = ask("invite_member", EVA | ONCE)
    assert (again.status, again.body["role"], groups("eva")) == (201, "editor", ["editor"])


@pytest.mark.parametrize(
    "other",
    [
        {"role": "owner"},
        {"email": "other@example.com"},
        {"invitation_id": "8a7c7e5e-0b59-4f43-a5d7-3b1b5cf7a002"},
        {"invitation_id": None},
    ],
)
def test_second_invitation_of_a_name_is_refused(
    ask: Ask, given: Given, groups: Callable[[str], list[str]], other: dict[str, str]
) -> None:
    given(ada="owner")
    assert ask("invite_member", EVA | ONCE).status == 201
    assert_refused(ask("invite_member", EVA | ONCE | other), 409, "member-exists")
    assert groups("eva") == ["editor"]


def test_late_invitation_does_not_restore_a_role(
    ask: Ask, given: Given, groups: Callable[[str], list[str]]
) -> None:
    given(ada="owner")
    ask("invite_member", EVA | ONCE)
    assert ask("change_role", {"role": "viewer"}, member="eva").status == 200
    assert_refused(ask("invite_member", EVA | ONCE), 409, "member-exists")
    assert groups("eva") == ["viewer"]


@pytest.mark.parametrize(
    "call", ["AdminRemoveUserFromGroup", "AdminAddUserToGroup", "AdminUserGlobalSignOut"]
)
def test_interrupted_demotion_grants_nothing_and_is_completed_by_a_retry(
    ask: Ask, given: Given, groups: Callable[[str], list[str]], subject: Subject,
    monkeypatch: pytest.MonkeyPatch, call: str,
) -> None:  # fmt: skip
    given(ada="owner", ben="owner", vic="viewer")
    ben = token(subject("ben"), "ben")
    cut: list[str] = []

    def cut_short(model: Any, **_: Any) -> None:
        if model.name == call and not cut:
            cut.append(call)
            raise ReadTimeoutError(endpoint_url="https://cognito")

    listen(monkeypatch, "before-call.cognito-identity-provider.*", cut_short)
    assert_refused(ask("change_role", {"role": "viewer"}, member="ben"), 503, "unavailable")
    assert_refused(ask("change_role", {"role": "owner"}, member="vic", claims=ben), 403, "insufficient-role")
    assert ask("change_role", {"role": "viewer"}, member="ben").status == 200
    assert groups("ben") == ["viewer"]


@pytest.mark.parametrize(("slug", "body", "path"), CHANGES)
def test_access_cannot_change_while_the_members_table_is_unavailable(
    ask: Ask, given: Given, dynamodb: "DynamoDBClient", slug: str, body: Any, path: dict[str, str]
) -> None:
    given(ada="owner", ben="owner", vic="viewer")
    dynamodb.delete_table(TableName=MEMBERS)
    assert_refused(ask(slug, body, **path), 503, "unavailable")


@pytest.mark.parametrize("name", ["ben@example.com", "{subject}", "BEN", "x" * 200])
def test_member_is_found_by_the_exact_user_name_only(
    ask: Ask, given: Given, subject: Subject, groups: Callable[[str], list[str]], name: str
) -> None:
    given(ada="owner", ben="editor")
    wanted = name.format(subject=subject("ben"))
    assert_refused(ask("change_role", {"role": Role.OWNER}, member=wanted), 404, "member-not-found")
    assert groups("ben") == ["editor"]
