"""Finds every stack of the checkout and sorts them into deploy order by their exports and imports."""

import re
from dataclasses import dataclass
from functools import cache, cached_property
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Final

from contracts.stack_exports import Service
from devkit.checkout import ROOT
from devkit.failure import Failure

from stacks.reference import exports_in, imports_in, target
from stacks.template import Json, read_template, read_workflows
from stacks.transform import transform

FUNCTION: Final = "AWS::Lambda::Function"
MACHINE: Final = "AWS::StepFunctions::StateMachine"


@dataclass(frozen=True)
class Stack:
    """One stack: `source` is the SAM template as written, `plain` the output of the transform.

    `needs` names the stacks that it imports from.
    """

    name: str
    folder: Path
    source: Json
    needs: frozenset[str] = frozenset()

    @property
    def service(self) -> Service:
        """The stack's name in the contracts."""
        return Service(self.name)

    @property
    def template(self) -> Path:
        """The path of the template."""
        return self.folder / "template.yaml"

    @cached_property
    def workflows(self) -> dict[str, Json]:
        """The definitions of the state machines, by logical id."""
        return read_workflows(self.source, self.folder)

    @cached_property
    def plain(self) -> Json:
        """The transformed template, without a canary."""
        return transform(self.source, self.workflows)

    @cached_property
    def package(self) -> str:
        """The Python package of the stack's functions."""
        (package,) = [path.name for path in self.code.iterdir() if (path / "__init__.py").exists()]
        return package

    @property
    def code(self) -> Path:
        """The folder of that package."""
        return (self.folder / "preflight" if self.name == "platform" else self.folder) / "src"

    @property
    def tests(self) -> Path:
        """The folder of the tests of the stack's functions."""
        return self.code.parent / "tests"

    def resources(self, kind: str) -> dict[str, Json]:
        """Return the transformed resources of one type, by logical id, each with its whole body."""
        return {name: body for name, body in self.plain["Resources"].items() if body["Type"] == kind}

    def properties(self, kind: str) -> dict[str, Json]:
        """Return the properties of the transformed resources of one type, by logical id."""
        return {name: body.get("Properties", {}) for name, body in self.resources(kind).items()}

    def name_in(self, environment: str) -> str:
        """Return the CloudFormation stack's name."""
        return f"tot-{environment}-{self.name}"

    def declared(self, values: dict[str, str]) -> dict[str, str]:
        """Return the parameter values that the template declares."""
        return {name: value for name, value in values.items() if name in self.source.get("Parameters", {})}


@cache
def load_stacks() -> tuple[Stack, ...]:
    """Return all stacks of this checkout in deploy order, read once per process; do not modify a stack."""
    return tuple(in_deploy_order(ROOT))


def in_deploy_order(root: Path) -> list[Stack]:
    """Return all stacks of a checkout, each after those it imports from.

    Raises:
        Failure: no stack exports an imported value, or the imports form a cycle.
    """
    folders = {path.parent.name: path.parent for path in template_paths(root)}
    found = {name: read_template(folder / "template.yaml") for name, folder in folders.items()}
    owners = {export: stack for stack, template in found.items() for export in exports_in(template)}
    graph: dict[str, set[str]] = {}
    for stack, template in found.items():
        needed = imports_in(template)
        if missing := needed - owners.keys():
            raise Failure(f"{stack} imports values that no stack exports: {', '.join(sorted(missing))}.")
        graph[stack] = {owners[name] for name in needed} - {stack}
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


def functions_by_reference(stack: Stack) -> dict[str, str]:
    """Map the logical ids of each function and its alias to the function's logical id."""
    aliases = {
        name: target(properties["FunctionName"]) or ""
        for name, properties in stack.properties("AWS::Lambda::Alias").items()
    }
    return {name: name for name in stack.resources("AWS::Lambda::Function")} | aliases


def slug_of(logical_id: str) -> str:
    """Return `vote_wrapper` for `VoteWrapperFunction`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", logical_id.removesuffix("Function")).lower()


def logical_id_of(slug: str) -> str:
    """Return `VoteWrapperFunction` for `vote_wrapper`."""
    return "".join(part.capitalize() for part in slug.split("_")) + "Function"
