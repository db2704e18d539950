"""IAM documents: every action exists and applies to the resources and conditions of its statement."""

from collections.abc import Iterator, Sequence
from typing import Any

from stacks.catalogue import Stack
from stacks.reference import as_list, exports_in, imports_in
from stacks.resolver import SITE, Resolver
from stacks.service_authorization import document_faults
from stacks.template import Json

from template_lint.findings import Found


def policy_requires_effective_statements(stacks: Sequence[Stack]) -> Iterator[Found]:
    """Forbid statements without effect, by AWS's reference of actions, resources and condition keys."""
    # With the options that add statements.
    resolver = Resolver(tuple(stacks), {"Environment": "prod", "SiteOrigin": SITE, "Tracing": "Active"})
    exported = {name for stack in stacks for name in exports_in(stack.plain)}
    for stack in stacks:
        for name, resource in stack.plain["Resources"].items():
            for document in _documents(resource.get("Properties", {})):
                if imports_in(document) - exported:
                    continue  # import_requires_earlier_stack reports it
                try:
                    faults = list(document_faults(resolver.value(stack, document)))
                except (LookupError, TypeError) as error:
                    faults = [f"has a policy with an unresolvable reference: {error}"]
                yield from ((stack, name, fault) for fault in faults)


def _documents(value: Any) -> Iterator[Json]:  # noqa: ANN401 (a template's value has any shape)
    if isinstance(value, list):
        for part in value:
            yield from _documents(part)
    elif isinstance(value, dict):
        if any(isinstance(one, dict) and "Effect" in one for one in as_list(value.get("Statement"))):
            yield value
        else:
            for part in value.values():
                yield from _documents(part)


RULES = (policy_requires_effective_statements,)
