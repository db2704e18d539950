"""The HTTP routes of all stacks, as API Gateway chooses among them."""

import re
from dataclasses import dataclass
from functools import cache

from stacks.catalogue import functions_by_reference, load_stacks, slug_of
from stacks.reference import name_of
from template_lint.rules.edge import is_http
from template_lint.rules.gateway import ADMIN_API, ROUTE, called_in, integration_of


@dataclass(frozen=True, slots=True)
class Route:
    """An HTTP route of a template: the path may have `{parameters}`, and at its end a greedy `{name+}`."""

    method: str
    path: str
    slug: str
    admin: bool
    """Whether it belongs to the admin API, which receives paths that begin with `/admin/api/`."""
    needs_token: bool = False

    def matches(self, method: str, path: str) -> bool:
        """Return whether edge and gateway could choose this route for the request."""
        reaches_its_api = path.startswith("/admin/api/") is self.admin
        return reaches_its_api and method == self.method and re.fullmatch(self._pattern, path) is not None

    @property
    def precedence(self) -> tuple[bool, int]:
        """Sort key: API Gateway chooses the matching route with the greatest."""
        return "+}" not in self.path, -self.path.count("{")

    @property
    def _pattern(self) -> str:
        greedy = re.sub(r"\\\{\w+\\\+\\\}", ".+", re.escape(self.path))
        return re.sub(r"\\\{\w+\\\}", "[^/]+", greedy)


@cache
def http_routes() -> tuple[Route, ...]:
    """Return all HTTP routes, in API Gateway's order of preference."""
    found = []
    for stack in load_stacks():
        functions = functions_by_reference(stack)
        for route in stack.properties(ROUTE).values():
            integration = integration_of(stack, route)
            if is_http(route) and integration is not None:
                method, path = route["RouteKey"].split(" ")
                slug = slug_of(functions[called_in(integration["IntegrationUri"])])
                admin = name_of(route["ApiId"]) in ADMIN_API
                needs_token = route.get("AuthorizationType") == "JWT"
                found.append(Route(method, path, slug, admin, needs_token))
    return tuple(sorted(found, key=lambda route: route.precedence, reverse=True))
