"""Compares the templates of two neighbouring releases, whose stacks run side by side during an upgrade."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from stacks.reference import exports_in, imports_in
from stacks.template import Json

ON_LAPTOP: Final = frozenset({"EmulatorPort"})
"""Parameters that no environment on AWS sets."""
SUPPLIED: Final = {"Environment", "SiteOrigin"}
"""The parameters that `./dev deploy` passes to every stack."""

_ROUTE: Final = "AWS::ApiGatewayV2::Route"
_FIXED: Final = {
    # Another stream has another ARN, which its consumers import.
    "AWS::DynamoDB::Table": ("StreamSpecification",),
    "AWS::Cognito::UserPool": ("AliasAttributes", "UsernameAttributes", "UsernameConfiguration"),
}
"""Properties that a stack with data must keep and that CloudFormation's schemas do not list."""


def faults(old: Mapping[str, Json], new: Mapping[str, Json]) -> Iterator[str]:
    """Yield each reason why the stacks of both releases cannot be deployed in any order.

    Both arguments map the names of all stacks to their SAM templates.
    """
    for stack in old.keys() - new.keys():
        yield f"{stack} is gone: its exports, routes and data are still in use"
    for stack, template in new.items():
        if stack in old:
            yield from _imports(stack, template, old)
            yield from _parameters(stack, old[stack], template)
            yield from _data(stack, old[stack], template)
    yield from _exports(old, new)
    routes = {key for template in new.values() for key in _routes(template)}
    for stack, template in old.items():
        for route in _routes(template) - routes:
            yield f"{stack} no longer has the route {route}, which pages that are open still request"


def _imports(stack: str, template: Json, old: Mapping[str, Json]) -> Iterator[str]:
    exported = {name for other in old.values() for name in exports_in(other)}
    for name in sorted(imports_in(template) - exported):
        yield (
            f"{stack} imports {name}, which the previous release does not export: export it in this "
            "release and import it in the next, or take it as a parameter with a default"
        )


def _exports(old: Mapping[str, Json], new: Mapping[str, Json]) -> Iterator[str]:
    imported = {name for template in old.values() for name in imports_in(template)}
    for stack, template in old.items():
        for name in sorted(exports_in(template) & imported - exports_in(new.get(stack, {}))):
            yield f"{stack} no longer exports {name}, which stacks of the previous release import"


def _parameters(stack: str, old: Json, new: Json) -> Iterator[str]:
    before, after = old.get("Parameters", {}), new.get("Parameters", {})
    for name in sorted(after.keys() - before.keys() - SUPPLIED):
        if "Default" not in after[name]:
            yield f"{stack} has the new parameter {name} without a default"
    for name in sorted(before.keys() - after.keys() - ON_LAPTOP):
        yield f"{stack} no longer has the parameter {name}, which a team's samconfig.toml may set"


def _data(stack: str, old: Json, new: Json) -> Iterator[str]:
    for name, before in old["Resources"].items():
        if not str(before.get("DeletionPolicy", "")).startswith("Retain"):
            continue
        after = new["Resources"].get(name, {})
        if after.get("Type") != before["Type"]:
            yield f"{stack} no longer has {name} ({before['Type']}), which holds data"
            continue
        for key in _replacing(before["Type"]):
            if before["Properties"].get(key) != after["Properties"].get(key):
                yield f"{stack} would replace {name} ({before['Type']}), which holds data: {key} has changed"


@cache
def _replacing(resource_type: str) -> tuple[str, ...]:
    """Return the properties of a resource type whose change replaces the resource."""
    from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER  # noqa: PLC0415 (slow to import)

    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", resource_type).schema
    paths = (*schema.get("createOnlyProperties", ()), *schema.get("conditionalCreateOnlyProperties", ()))
    return tuple(path.split("/")[2] for path in paths) + _FIXED.get(resource_type, ())


def _routes(template: Json) -> set[str]:
    bodies = (body for body in template.get("Resources", {}).values() if body["Type"] == _ROUTE)
    return {str(body["Properties"]["RouteKey"]) for body in bodies}
