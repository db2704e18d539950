"""Admin operations that change data check the member's current role, not only the token's."""

import json
import subprocess
import sys
from typing import Any, Final

import pytest
from contracts.roles import PERMISSIONS, Role

# In a process of its own: the import of handlers needs an environment with placeholder names.
READ: Final = """
import json
from api_documents.routes import served_routes
from stacks.catalogue import load_stacks
print(json.dumps([
    {
        "slug": served.route.slug,
        "permission": served.operation.permission,
        "present": served.operation.current_role,
    }
    for stack in load_stacks() for served in served_routes(stack)
    if served.route.path.startswith("/admin/api/") and served.route.method != "GET"
]))
"""
# Operations that a removed role still allows until its token expires, after 30 minutes at most. They change
# neither access nor a poll nor a vote. The list may only shrink.
BY_TOKEN_ALONE: Final = {
    "upload_image": "stores a picture that no poll shows until an editor's change names it",
    "request_recount": "counts again and changes no vote",
    "issue_admin_ticket": "lets a viewer see what the token lets them read anyway",
}


@pytest.fixture(scope="module")
def changing() -> list[dict[str, Any]]:
    """Every route of the admin API except GET."""
    answer = subprocess.run([sys.executable, "-c", READ], capture_output=True, text=True, check=True)
    found: list[dict[str, Any]] = json.loads(answer.stdout.splitlines()[-1])
    assert len(found) > 10
    return found


@pytest.mark.covers("T32")
def test_changing_routes_check_the_current_role(changing: list[dict[str, Any]]) -> None:
    by_token = {route["slug"] for route in changing if not route["present"]}
    assert by_token == BY_TOKEN_ALONE.keys()


def test_exceptions_require_no_owner(changing: list[dict[str, Any]]) -> None:
    permissions = {route["slug"]: route["permission"] for route in changing}
    assert not [slug for slug in BY_TOKEN_ALONE if permissions[slug] not in PERMISSIONS[Role.EDITOR]]
