"""The route that answers a request."""

import pytest
from testkit.routes import Route, http_routes


@pytest.mark.parametrize(
    ("method", "path", "slug"),
    [
        ("GET", "/polls/active", "get_active_poll"),
        ("GET", "/polls/0123", "get_public_poll"),
        ("POST", "/admin/api/polls", "create_poll"),
        ("OPTIONS", "/admin/api/polls/x/open", "admin_preflight"),
        ("OPTIONS", "/vote", "public_preflight"),
        ("GET", "/admin/api/results/x/certificate", "get_admin_results"),
    ],
)
def test_the_most_specific_route_answers(method: str, path: str, slug: str) -> None:
    assert next(route.slug for route in http_routes() if route.matches(method, path)) == slug


def test_a_route_parameter_matches_one_path_segment() -> None:
    route = Route("GET", "/polls/{poll_id}", "get_public_poll", admin=False)
    assert route.matches("GET", "/polls/a")
    assert not route.matches("GET", "/polls/a/b")
    assert not route.matches("POST", "/polls/a")
    assert Route("OPTIONS", "/{proxy+}", "preflight", admin=False).matches("OPTIONS", "/a/b")
