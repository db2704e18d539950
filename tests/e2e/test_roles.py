"""Who may do what, on the running stack: everybody signs in and tries every admin route."""

import json
import re
from typing import Final

import httpx
import pytest
from contracts.ids import new_poll_id
from contracts.roles import Role
from devstack.seed import organiser, sign_in

from .live_stack import Organiser, Running
from .openapi_documents import FOLDER
from .test_refusals import assert_problem
from .tokens import Minter

NEEDED: Final = {
    f"{method.upper()} {path}": Role(operation["security"][0]["organiser"][0])
    for document in (json.loads(file.read_text()) for file in FOLDER.glob("*.openapi.json"))
    for path, methods in document["paths"].items()
    if path.startswith("/admin/api/")
    for method, operation in methods.items()
}


def token_of(running: Running, role: Role) -> str:
    account = organiser.load(running.instance, role)
    assert account is not None
    running.planted.add(f"{role}'s password", account.password)
    token = sign_in.access_token(running.instance, account)
    running.planted.token(token)
    return token


def ask(running: Running, token: str, route: str) -> httpx.Response:
    """Ask for something that is not there: what is not refused for its role does not get far."""
    method, path = route.split(" ")
    headers = {"Authorization": f"Bearer {token}", "Origin": running.site, "Sec-Fetch-Site": "same-origin"}
    with running.http(**headers, **{"Content-Type": "application/json"}) as browser:
        address = re.sub(r"\{\w+\}", lambda _: new_poll_id(), path)
        return browser.request(method, address, content=None if method == "GET" else "{}")


def test_something_is_for_each_role() -> None:
    assert set(NEEDED.values()) == set(Role)


@pytest.mark.parametrize("role", Role)
def test_who_signs_in_is_let_in_where_their_role_is_enough_and_nowhere_else(
    running: Running, role: Role
) -> None:
    token = token_of(running, role)
    for route, needed in NEEDED.items():
        answer = ask(running, token, route)
        if role.includes(needed):
            assert answer.status_code in {200, 404, 415, 422}, (route, answer.text)
        else:
            assert_problem(answer, 403, "insufficient-role")
            assert f"This needs the role {needed}, and yours is {role}." in answer.json()["detail"]


def test_who_has_no_role_is_let_in_nowhere(running: Running, organiser: Organiser) -> None:
    stranger = Minter.of(running, organiser).signed(**{"cognito:groups": ["choir"]})
    for route in NEEDED:
        assert_problem(ask(running, stranger, route), 403, "insufficient-role")
