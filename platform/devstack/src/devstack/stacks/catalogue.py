"""Finds every stack of the checkout and puts them into deploy order by what they export and import."""

from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

from devstack.failure import Failure
from devstack.stacks import template as templates


@dataclass(frozen=True)
class Stack:
    """One deployable service: its name, folder, template as data, and the services it imports from."""

    service: str
    folder: Path
    template: dict[str, Any]
    needs: frozenset[str] = frozenset()

    def name_in(self, environment: str) -> str:
        """Return the CloudFormation stack's name."""
        return f"tot-{environment}-{self.service}"

    def declared(self, values: dict[str, str]) -> dict[str, str]:
        """Return those parameter values the template asks for."""
        wanted = templates.parameters(self.template)
        return {name: value for name, value in values.items() if name in wanted}


def in_deploy_order(root: Path) -> list[Stack]:
    """Return all stacks of the checkout, each after those it imports from.

    Raises:
        Failure: an import nobody exports, or a circle.
    """
    paths = [root / "platform" / "template.yaml", *sorted(root.glob("services/*/template.yaml"))]
    found = {path.parent.name: templates.read(path) for path in paths if path.exists()}
    folders = {path.parent.name: path.parent for path in paths}
    owners = {name: service for service, template in found.items() for name in templates.exports(template)}
    graph: dict[str, set[str]] = {}
    for service, template in found.items():
        missing = templates.imports(template) - owners.keys()
        if missing:
            raise Failure(f"{service} imports what no stack exports: {', '.join(sorted(missing))}.")
        graph[service] = {owners[name] for name in templates.imports(template)} - {service}
    try:
        order = list(TopologicalSorter(graph).static_order())
    except CycleError as circle:
        raise Failure(
            f"The stacks import from each other in a circle: {' → '.join(circle.args[1])}."
        ) from None
    return [Stack(name, folders[name], found[name], frozenset(graph[name])) for name in order]
