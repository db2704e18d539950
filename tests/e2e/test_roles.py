"""Organiser roles on the running stack: every role tries every admin route."""

import json
import re
from typing import Final

import httpx
import pytest
from contracts.ids import new_poll_id
from contracts.roles import Permission, Role
from laptop.seed import organiser, sign_in

from .live_stack import Organiser, Running
from .openapi_documents import FOLDER
from .test_refusals import assert_problem
from .tokens import Minter

NEEDED: Final = {
    f"{method.upper()} {path}": Permission(operation["security"][0]["organiser"][0])
    for document in (json.loads(file.read_text()) for file in FOLDER.glob("*.openapi.json"))
    for path, methods in document["paths"].items()
    if path.startswith("/admin/api/")
    for method, operation in methods.items()
    if "organiser" in operation["security"][0]  # the presenter's session has no role
}


def token_of(running: Running, role: Role) -> str:
    account = organiser.load(running.instance, role)
    assert account is not None
    running.planted.add(f"{role}'s password", account.password)
    token = sign_in.access_token(running.instance, account)
    running.planted.token(token)
    return token


def ask(running: Running, token: str, route: str) -> httpx.Response:
    """Send a request for a poll or member that does not exist, with an empty body."""
    method, path = route.split(" ")
    headers = {"Authorization": f"Bearer {token}", "Origin": running.site, "Sec-Fetch-Site": "same-origin"}
    with running.http(**headers, **{"Content-Type": "application/json"}) as browser:
        address = re.sub(r"\{\w+\}", lambda _: new_poll_id(), path)
        return browser.request(method, address, content=None if method == "GET" else "{}")


def test_every_permission_is_required_by_some_route() -> None:
    assert set(NEEDED.values()) == set(Permission)


@pytest.mark.covers("T32", "R25")
@pytest.mark.parametrize("role", Role)
def test_organiser_may_use_exactly_the_routes_that_their_role_permits(running: Running, role: Role) -> None:
    token = token_of(running, role)
    for route, needed in NEEDED.items():
        answer = ask(running, token, route)
        if needed in role.permissions:
            assert answer.status_code in {200, 201, 204, 404, 415, 422}, (route, answer.text)
        else:
            assert_problem(answer, 403, "insufficient-role")
            assert (
                f"This needs the role {Role.least_with(needed)}, and yours is {role}."
                in answer.json()["detail"]
            )


@pytest.mark.covers("R25")
def test_organiser_without_a_role_is_rejected_everywhere(running: Running, organiser: Organiser) -> None:
    stranger = Minter.of(running, organiser).signed(**{"cognito:groups": ["choir"]})
    for route in NEEDED:
        assert_problem(ask(running, stranger, route), 403, "insufficient-role")
