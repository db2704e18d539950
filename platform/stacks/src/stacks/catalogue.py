"""Finds every stack of the checkout and sorts them into deploy order by their exports and imports."""

from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

from devkit.failure import Failure

from stacks import template as templates


@dataclass(frozen=True)
class Stack:
    """One deployable stack: its name, folder, template as data, and the stacks it imports from."""

    service: str
    folder: Path
    template: dict[str, Any]
    needs: frozenset[str] = frozenset()

    def name_in(self, environment: str) -> str:
        """Return the CloudFormation stack's name."""
        return f"tot-{environment}-{self.service}"

    def declared(self, values: dict[str, str]) -> dict[str, str]:
        """Return the parameter values that the template declares."""
        wanted = templates.parameters(self.template)
        return {name: value for name, value in values.items() if name in wanted}


def in_deploy_order(root: Path) -> list[Stack]:
    """Return all stacks of the checkout, each after those it imports from.

    Raises:
        Failure: no stack exports an imported value, or the imports form a cycle.
    """
    folders = {path.parent.name: path.parent for path in template_paths(root)}
    found = {name: templates.read_template(folder / "template.yaml") for name, folder in folders.items()}
    owners = {name: service for service, template in found.items() for name in templates.exports(template)}
    graph: dict[str, set[str]] = {}
    for service, template in found.items():
        missing = templates.imports(template) - owners.keys()
        if missing:
            raise Failure(f"{service} imports values that no stack exports: {', '.join(sorted(missing))}.")
        graph[service] = {owners[name] for name in templates.imports(template)} - {service}
    try:
        order = list(TopologicalSorter(graph).static_order())
    except CycleError as circle:
        raise Failure(
            f"The stacks import from each other in a cycle: {' → '.join(circle.args[1])}."
        ) from None
    return [Stack(name, folders[name], found[name], frozenset(graph[name])) for name in order]


def template_paths(root: Path) -> list[Path]:
    """Return the template of every stack."""
    patterns = "platform/template.yaml", "platform/members/template.yaml", "services/*/template.yaml"
    return [path for pattern in patterns for path in sorted(root.glob(pattern))]
