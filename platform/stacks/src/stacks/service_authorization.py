"""IAM documents against AWS's Service Authorization Reference, which the package policy-sentry contains."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from stacks.reference import as_list
from stacks.template import Json

ANY: Final = "*"
# The global condition keys in use, in lower case; the reference lists only the keys of services.
GLOBAL_KEYS: Final = frozenset({
    "aws:principalarn", "aws:securetransport", "aws:sourceaccount", "aws:sourcearn",
})  # fmt: skip
_VARIABLE: Final = re.compile(r"(?<=/)[^/]+$")


def document_faults(document: Json) -> Iterator[str]:
    """Yield the parts without effect: unknown actions, resources of another type, unsupported conditions."""
    for statement in as_list(document["Statement"]):
        resources = as_list(statement.get("Resource", []))
        actions = as_list(statement.get("Action", []))
        formats = {action: resource_formats(action) for action in actions if ANY not in action}
        for action, needed in formats.items():
            if not needed:
                yield f"{action} is no action of AWS"
                continue
            if resources and not any(_applies(needed, resource) for resource in resources):
                yield f"{action} needs {' or '.join(sorted(needed))}, not {', '.join(resources)}"
            for key in _keys_of(statement) - _keys_for(action) - GLOBAL_KEYS:
                yield f"{action} does not support the condition {key}"
        for resource in resources if len(formats) == len(actions) and all(formats.values()) else ():
            if not any(_applies(needed, resource) for needed in formats.values()):
                yield f"no action of the statement applies to {resource}"


def resource_formats(action: str) -> frozenset[str]:
    """Return the ARN formats of an action's resources: `*` alone if it has none, nothing if it is unknown."""
    formats = frozenset(row["resource_arn_format"] for row in _rows(action))
    return formats - {ANY} or formats


def needs_any_resource(action: str) -> bool:
    """Return whether an action has no resource-level permissions, so that only `*` allows it."""
    return resource_formats(action) == {ANY}


def spelling(action: str) -> str:
    """Return an action as the reference spells it; an unknown one unchanged."""
    return next((str(row["action"]) for row in _rows(action)), action)


@cache
def _rows(action: str) -> list[Json]:
    # A tenth of a second to import.
    from policy_sentry.querying.actions import get_action_data  # noqa: PLC0415

    service, _, name = action.partition(":")
    found: list[Json] = get_action_data(service, name).get(service, [])
    return found


@cache
def _types(resource: str) -> frozenset[str]:
    from policy_sentry.querying.arns import get_matching_raw_arns  # noqa: PLC0415

    if not resource.startswith("arn:"):
        return frozenset()
    arns = [resource]
    # A trailing asterisk includes all levels below: the streams of a log group, the objects of buckets.
    if resource.endswith(":*") and ":log-group:" in resource:
        arns.append(f"{resource.split(':log-group:', maxsplit=1)[0]}:log-group:group:log-stream:any")
    elif resource.endswith(ANY):
        arns.append(f"{resource}/any")
    return frozenset(found for arn in arns for found in get_matching_raw_arns(arn))


def _applies(formats: frozenset[str], resource: str) -> bool:
    return resource == ANY or bool(formats & _types(resource))


def _keys_for(action: str) -> frozenset[str]:
    keys = (key for row in _rows(action) for key in row["condition_keys"])
    return frozenset(_VARIABLE.sub(ANY, key.lower()) for key in keys)


def _keys_of(statement: Json) -> frozenset[str]:
    keys = (key for operands in statement.get("Condition", {}).values() for key in operands)
    return frozenset(_VARIABLE.sub(ANY, key.lower()) for key in keys)
