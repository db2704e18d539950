"""Rules over all stacks: exports and imports, readers of a stream, routes."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from contracts.stack_exports import Export, Service
from stacks.catalogue import Stack
from stacks.reference import imports_in, name_of, text_of

from template_lint.findings import Found
from template_lint.rules.event_source_mappings import MAPPING
from template_lint.rules.gateway import ROUTE

MAX_READERS: Final = 2


def stack_requires_contract_exports(stacks: Sequence[Stack]) -> Iterator[Found]:
    """Require each stack to export exactly the names that `contracts.stack_exports` assigns to it."""
    for stack in stacks:
        owned = {export.output for export in Export if export.owner is stack.service}
        exported = set(exports_of(stack))
        yield from ((stack, name, "is not in contracts.stack_exports") for name in sorted(exported - owned))
        yield from (
            (stack, name, "is missing from the template's exports") for name in sorted(owned - exported)
        )


def import_requires_earlier_stack(stacks: Sequence[Stack]) -> Iterator[Found]:
    """Require each import to be an export of an earlier stack, so that a first deployment succeeds."""
    order = list(Service)
    owners = {export.output: export.owner for export in Export}
    for stack in stacks:
        for name in sorted(imports_in(stack.plain)):
            if name not in owners:
                yield stack, name, "is imported, but no stack exports it"
            elif order.index(owners[name]) >= order.index(stack.service):
                yield stack, name, f"is imported from {owners[name].value}, which is not deployed earlier"


def stream_allows_two_readers(stacks: Sequence[Stack]) -> Iterator[Found]:
    """Allow at most two readers per stream: a third would cause throttling for all of them."""
    mappings = [
        (stack, name, name_of(mapping["EventSourceArn"]))
        for stack in stacks
        for name, mapping in stack.properties(MAPPING).items()
    ]
    readers = Counter(source for _, _, source in mappings)
    for stack, name, source in mappings:
        if readers[source] > MAX_READERS:
            yield stack, name, f"is one of {readers[source]} readers of {source}"


def route_forbids_duplicates(stacks: Sequence[Stack]) -> Iterator[Found]:
    """Forbid the same route in two stacks, which could not both be deployed."""
    routes = [
        (stack, name, (_api(stack, name_of(route["ApiId"])), route["RouteKey"]))
        for stack in stacks
        for name, route in stack.properties(ROUTE).items()
    ]
    times = Counter(route for _, _, route in routes)
    for stack, name, route in routes:
        if times[route] > 1:
            yield stack, name, f"is attached more than once: {' '.join(route)}"


def exports_of(stack: Stack) -> Iterator[str]:
    """Yield the outputs that a stack exports under their agreed names; others with their actual name."""
    for output, body in stack.plain.get("Outputs", {}).items():
        if "Export" in body:
            name = text_of(body["Export"]["Name"])
            yield output if name == "tot-${Environment}:" + output else f"{output} under the name {name}"


def _api(stack: Stack, name: str) -> str:
    """Return the same name for an API of this stack and an imported one."""
    if name in {Export.PUBLIC_API_ID.output, "PublicApi"}:
        return "PublicApi"
    if name in {Export.ADMIN_API_ID.output, "AdminApi"}:
        return "AdminApi"
    return f"{stack.name}.{name}"


RULES = (
    stack_requires_contract_exports,
    import_requires_earlier_stack,
    stream_allows_two_readers,
    route_forbids_duplicates,
)
