"""Matches the routes of a stack's template with the operations that its code declares."""

import importlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Final

from chassis.operation import Operation, operation_of
from chassis.resolver import HttpApi
from stacks.catalogue import Stack, slug_of
from stacks.resolver import Resolver
from template_lint.rules.gateway import ROUTE, function_of

HOW_TO: Final = (
    "Define an Operation in the service's http.py and put @ITS_NAME below the line that registers the route, "
    "as in platform/chassis/src/chassis/operation.py; then run ./dev openapi."
)

UNDOCUMENTED: Final = frozenset({"OPTIONS", "HEAD"})
ROLES: Final = (
    "Give its Operation a permission=Permission.READ, for instance; without one it rejects every request."
)


class NotDocumented(Exception):
    """A route exists only in the template or only in the code, or declares no operation."""


@dataclass(frozen=True)
class TemplateRoute:
    """A route as its template declares it."""

    method: str
    path: str
    function: str
    organisers_only: bool

    @property
    def slug(self) -> str:
        """The slug of the function that serves the route."""
        return slug_of(self.function)

    @property
    def registered(self) -> tuple[str, str]:
        """Method and path in the code's notation."""
        return self.method, self.path.replace("{", "<").replace("}", ">")


@dataclass(frozen=True)
class ServedRoute:
    """A route with the operation and texts that the code declares for it."""

    route: TemplateRoute
    name: str
    summary: str
    description: str
    operation: Operation[Any]
    pages_only: bool


def served_routes(stack: Stack) -> list[ServedRoute]:
    """Return the stack's routes in the order of its template. Raises `NotDocumented`."""
    routes = list(_routes_of(stack))
    handlers = {route.slug: _import_handler(stack, route.function) for route in routes}
    for slug, handler in handlers.items():
        known = {route.registered for route in routes if route.slug == slug}
        beyond = [
            (one.method, one.path)
            for one in handler.app.routes
            if one.method not in UNDOCUMENTED and (one.method, one.path) not in known
        ]
        if beyond:
            raise NotDocumented(f"{slug} serves {beyond}, which the template does not route to it")
    return [_served(route, handlers[route.slug]) for route in routes]


def _routes_of(stack: Stack) -> Iterator[TemplateRoute]:
    for name, route in stack.properties(ROUTE).items():
        method, _, path = route["RouteKey"].partition(" ")
        # The AsyncAPI document covers WebSocket routes. Preflights have no body and only allow reading. HEAD
        # is GET without the body.
        if not path or method in UNDOCUMENTED:
            continue
        function = function_of(stack, route)
        if function is None:
            raise NotDocumented(f"{name} of {stack.name} has no function in its template")
        yield TemplateRoute(method, path, function, route.get("AuthorizationType") == "JWT")


def _import_handler(stack: Stack, function: str) -> ModuleType:
    """Import a handler with placeholder environment variables; no AWS call is made."""
    before = dict(os.environ)
    os.environ.update(Resolver().environment(slug_of(function)) | {"AWS_DEFAULT_REGION": "eu-west-1"})
    try:
        return importlib.import_module(f"{stack.package}.handlers.{slug_of(function)}")
    finally:
        os.environ.clear()
        os.environ.update(before)


def _served(route: TemplateRoute, handler: ModuleType) -> ServedRoute:
    app: HttpApi = handler.app
    served = next((one for one in app.routes if (one.method, one.path) == route.registered), None)
    if served is None:
        raise NotDocumented(
            f"{route.slug} does not serve {' '.join(route.registered)}, which the template routes to it"
        )
    operation = operation_of(served.func)
    if operation is None:
        raise NotDocumented(
            f"{route.slug} does not declare the request and responses of {route.method} {route.path}. "
            f"{HOW_TO}"
        )
    if route.organisers_only and operation.permission is None:
        raise NotDocumented(
            f"{route.slug} does not declare the permission for {route.method} {route.path}. {ROLES}"
        )
    alone = len([one for one in app.routes if one.method not in UNDOCUMENTED]) == 1
    return ServedRoute(
        route,
        name=route.slug if alone else served.func.__name__,
        summary=_first_sentence(handler if alone else served.func),
        description=_text(served.func),
        operation=operation,
        pages_only=app.pages_only,
    )


def _first_sentence(documented: object) -> str:
    return _text(documented).split(". ")[0].rstrip(".")


def _text(documented: object) -> str:
    return " ".join((documented.__doc__ or "").split())
