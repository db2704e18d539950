"""The presenter session: started by a signed-in member, kept in a cookie, ended by sign-out, time or role."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from chassis.members import PRESENTER_COOKIE, Members
from chassis.organiser import NotSignedIn, Principal
from contracts.roles import Role
from members.adapters.members import REMOVED_RECORD_TTL
from members.adapters.presenter_sessions import PRESENTER_SESSION_TTL
from testkit.events import http_event, lambda_context

from .conftest import ADA, MEMBERS, ORIGIN_SECRET

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

type Ask = Callable[..., SimpleNamespace]

END = "DELETE /admin/api/presenter/session"
EVA = {"sub": "sub-of-eva", "username": "eva", "cognito:groups": "[editor]"}


@pytest.fixture
def request_(handler: Callable[[str], Any]) -> Callable[..., dict[str, Any]]:
    module = handler("presenter_session")

    def send(
        route: str, token: str | None = None, site: str | None = "same-origin",
        claims: dict[str, str] | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        headers = {"x-origin-verify": ORIGIN_SECRET["current"], "sec-fetch-site": site}
        cookies = [f"{PRESENTER_COOKIE}={token}"] if token else []
        method, path = route.split(" ")
        event = http_event(method, path, headers=headers, cookies=cookies, claims=claims)
        return dict(module.handler(event, lambda_context()))

    return send


@pytest.fixture
def members(dynamodb: "DynamoDBClient") -> Members:
    return Members(dynamodb, MEMBERS)


@pytest.fixture
def started(request_: Callable[..., dict[str, Any]]) -> Callable[[], str]:
    """Return a function that starts Eva's session and returns its token."""

    def start() -> str:
        answer = request_("POST /admin/api/presenter-session", claims=EVA)
        assert answer["statusCode"] == 201
        (cookie,) = answer["cookies"]
        name, _, token = cookie.partition(";")[0].partition("=")
        assert name == PRESENTER_COOKIE
        return str(token)

    return start


@pytest.mark.covers("T43")
def test_session_token_is_in_a_cookie_that_no_script_and_no_other_site_can_use(
    request_: Callable[..., dict[str, Any]],
) -> None:
    answer = request_("POST /admin/api/presenter-session", claims=EVA)
    (cookie,) = answer["cookies"]
    attributes = {part.strip() for part in cookie.split(";")[1:]}
    assert {"Path=/", "Secure", "HttpOnly", "SameSite=Strict"} <= attributes
    token = cookie.partition(";")[0].partition("=")[2]
    assert len(token) >= 43
    assert token not in answer["body"]


@pytest.mark.covers("T43")
def test_table_stores_a_hash_and_not_the_token(
    started: Callable[[], str], dynamodb: "DynamoDBClient"
) -> None:
    token = started()
    (item,) = dynamodb.scan(TableName=MEMBERS)["Items"]
    assert token not in str(item)
    assert item["role"] == {"S": "editor"}


def test_start_of_a_session_is_in_the_audit_log_with_its_member(started: Callable[[], str], ask: Ask) -> None:
    started()
    (entry,) = ask("read_audit_log", claims=ADA).body["entries"]
    assert (entry["action"], entry["name"], entry["subject"]) == ("presenter.signed_in", "eva", "sub-of-eva")


def test_session_belongs_to_the_member_who_started_it(started: Callable[[], str], members: Members) -> None:
    assert members.presenter(started(), datetime.now(UTC)) == Principal("sub-of-eva", "eva", Role.EDITOR)


@pytest.mark.covers("T43")
def test_session_ends_after_twelve_hours_although_its_item_remains(
    started: Callable[[], str], members: Members
) -> None:
    with time_machine.travel(datetime(2026, 11, 28, 8, tzinfo=UTC), tick=False):
        token = started()
        last = datetime.now(UTC) + PRESENTER_SESSION_TTL - timedelta(seconds=1)
    assert members.presenter(token, last).name == "eva"
    with pytest.raises(NotSignedIn):
        members.presenter(token, last + timedelta(seconds=1))


@pytest.mark.covers("T43")
@pytest.mark.parametrize("token", [None, "", "guessed", "#presenter#x"])
def test_unknown_token_is_no_session(members: Members, token: str | None, aws: str) -> None:
    with pytest.raises(NotSignedIn):
        members.presenter(token, datetime.now(UTC))


@pytest.mark.covers("T43")
def test_signed_out_session_is_worthless(
    request_: Callable[..., dict[str, Any]], started: Callable[[], str], members: Members
) -> None:
    token = started()
    answer = request_(END, token)
    assert (answer["statusCode"], "Max-Age=0" in answer["cookies"][0]) == (204, True)
    with pytest.raises(NotSignedIn):
        members.presenter(token, datetime.now(UTC))


@pytest.mark.covers("T43")
@pytest.mark.parametrize("site", ["cross-site", "same-site", "none", None])
def test_page_of_another_site_cannot_use_a_session(
    request_: Callable[..., dict[str, Any]], started: Callable[[], str], members: Members, site: str | None
) -> None:
    token = started()
    assert request_(END, token, site)["statusCode"] == 403
    assert members.presenter(token, datetime.now(UTC)).name == "eva"


@pytest.mark.covers("T43")
def test_route_of_a_session_accepts_no_access_token(request_: Callable[..., dict[str, Any]]) -> None:
    answer = request_(END, None, claims={**EVA, "cognito:groups": "[owner]"})
    assert (answer["statusCode"], "not-allowed" in answer["body"]) == (403, True)


@pytest.mark.covers("T43")
def test_member_whose_role_was_revoked_starts_no_session(
    request_: Callable[..., dict[str, Any]], dynamodb: "DynamoDBClient"
) -> None:
    dynamodb.put_item(TableName=MEMBERS, Item={"subject": {"S": "sub-of-eva"}, "role": {"S": "none"}})
    answer = request_("POST /admin/api/presenter-session", claims=EVA)
    assert (answer["statusCode"], "cookies" in answer and answer["cookies"]) == (403, [])


@pytest.mark.covers("T43")
def test_record_of_a_removed_member_outlives_every_session() -> None:
    assert REMOVED_RECORD_TTL > PRESENTER_SESSION_TTL
