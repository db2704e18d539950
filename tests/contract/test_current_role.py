"""Operations that change something are decided by the member's present role, not by the token's age."""

from typing import Final

import pytest
from api_documents.routes import ServedRoute, served_routes
from contracts.roles import Role
from template_lint.stack import load_stacks

ADMIN: Final = [
    served
    for stack in load_stacks()
    for served in served_routes(stack)
    if served.route.path.startswith("/admin/api/")
]
# What a role that was taken away still does until its token expires, half an hour at most: it changes neither
# access nor a poll nor a vote. Each has its reason; the list only shrinks.
BY_TOKEN_ALONE: Final = {
    "upload_image": "stores a picture that no poll shows until an editor's change names it",
    "request_recount": "counts again and changes no vote",
    "issue_admin_ticket": "lets a viewer see what the token lets them read anyway",
}


def changing() -> list[ServedRoute]:
    return [served for served in ADMIN if served.route.method != "GET"]


@pytest.mark.parametrize("served", changing(), ids=lambda served: served.route.slug)
def test_a_route_that_changes_something_reads_the_present_role(served: ServedRoute) -> None:
    assert served.operation.current_role != (served.route.slug in BY_TOKEN_ALONE)


def test_every_exception_is_a_route_that_no_owner_is_needed_for() -> None:
    slugs = {served.route.slug: served.operation.role for served in changing()}
    assert BY_TOKEN_ALONE.keys() <= slugs.keys()
    assert not [slug for slug in BY_TOKEN_ALONE if slugs[slug] is Role.OWNER]
