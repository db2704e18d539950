"""What holds over all stacks together: exports and imports, readers of a stream, routes."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from contracts.exports import Export, Service

from template_lint.reference import imports_in, name_of, text_of
from template_lint.rules.gateway import ROUTE
from template_lint.rules.mappings import MAPPING
from template_lint.stack import Stack

MAX_READERS: Final = 2

type Found = tuple[Stack, str, str]


def exports_are_those_of_the_contract(stacks: Sequence[Stack]) -> Iterator[Found]:
    """Each stack exports exactly what `contracts.exports` says it owns."""
    for stack in stacks:
        owned = {export.output for export in Export if export.owner is stack.service}
        exported = set(exports_of(stack))
        yield from ((stack, name, "is not in contracts.exports") for name in sorted(exported - owned))
        yield from (
            (stack, name, "is missing from the template's exports") for name in sorted(owned - exported)
        )


def imports_come_from_stacks_deployed_before(stacks: Sequence[Stack]) -> Iterator[Found]:
    """Each import is an export of an earlier stack: so there is no cycle, and a first deploy goes through."""
    order = list(Service)
    owners = {export.output: export.owner for export in Export}
    for stack in stacks:
        for name in sorted(imports_in(stack.plain)):
            if name not in owners:
                yield stack, name, "is imported and nobody exports it"
            elif order.index(owners[name]) >= order.index(stack.service):
                yield stack, name, f"is imported from {owners[name].value}, which is not deployed before"


def a_private_export_stays_in_its_service(stacks: Sequence[Stack]) -> Iterator[Found]:
    """What only a service's own stacks share, such as a table, no other service imports."""
    private = {export.output: export.owner.home for export in Export if export.private}
    for stack in stacks:
        for name in sorted(imports_in(stack.plain) & private.keys()):
            if private[name] is not stack.service.home:
                yield stack, name, f"is {private[name].value}'s own: ask that service instead"


def a_stream_has_at_most_two_readers(stacks: Sequence[Stack]) -> Iterator[Found]:
    """A third reader of a shard would be throttled, and the others with it."""
    mappings = [
        (stack, name, name_of(mapping["EventSourceArn"]))
        for stack in stacks
        for name, mapping in stack.properties(MAPPING).items()
    ]
    readers = Counter(source for _, _, source in mappings)
    for stack, name, source in mappings:
        if readers[source] > MAX_READERS:
            yield stack, name, f"is one of {readers[source]} readers of {source}"


def a_route_belongs_to_one_stack(stacks: Sequence[Stack]) -> Iterator[Found]:
    """Two stacks that attach the same route could not both be deployed."""
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
    """Yield the outputs that a stack exports under their agreed names; others as they are spelt."""
    for output, body in stack.plain.get("Outputs", {}).items():
        if "Export" in body:
            name = text_of(body["Export"]["Name"])
            yield output if name == "tot-${Environment}:" + output else f"{output} under the name {name}"


def _api(stack: Stack, name: str) -> str:
    """Return one name for an API whether it is this stack's or imported."""
    if name in {Export.PUBLIC_API_ID.output, "PublicApi"}:
        return "PublicApi"
    if name in {Export.ADMIN_API_ID.output, "AdminApi"}:
        return "AdminApi"
    return f"{stack.name}.{name}"


RULES = (
    exports_are_those_of_the_contract,
    imports_come_from_stacks_deployed_before,
    a_private_export_stays_in_its_service,
    a_stream_has_at_most_two_readers,
    a_route_belongs_to_one_stack,
)
