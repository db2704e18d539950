"""Names that a template refers to, without resolving them: logical ids, imports, `!Sub` texts."""

import json
import re
from typing import Any, Final

from stacks.template import Json

_PLACEHOLDER: Final = re.compile(r"\$\{([^}!]+)\}")


def target(value: Any) -> str | None:
    """Return the logical id, or parameter, that `!Ref` or `!GetAtt` names."""
    match value:
        case {"Ref": str(name)}:
            return name
        case {"Fn::GetAtt": [str(name), *_]}:
            return name
        case {"Fn::GetAtt": str(text)}:
            return text.split(".")[0]
    return None


def import_name(value: Any) -> str | None:
    """Return the output that `!ImportValue` imports, such as `PublicApiId`."""
    match value:
        case {"Fn::ImportValue": {"Fn::Sub": str(text)}}:
            return text.removeprefix("tot-${Environment}:")
        case {"Fn::ImportValue": other}:
            return json.dumps(other)
    return None


def text_of(value: Any) -> str:
    """Return a string or `!Sub` text with its own variables substituted where they are plain names.

    A variable for `!Ref X` or an import becomes `${X}`, so that equivalent texts compare equal.
    """
    match value:
        case {"Fn::Sub": [str(text), dict(variables)]}:
            return _PLACEHOLDER.sub(lambda found: _spelt(found, variables), text)
        case {"Fn::Sub": str(text)}:
            return text
        case {"Fn::Join": [str(separator), list(parts)]}:
            return separator.join(text_of(part) for part in parts)
        case str(text):
            return text
    return "${" + name_of(value) + "}"


def name_of(value: Any) -> str:
    """Return a short name of a reference: the logical id or the imported output."""
    return target(value) or import_name(value) or json.dumps(value, sort_keys=True)


def imports_in(value: Any) -> set[str]:
    """Return the names of all imports in a part of a template."""
    name = import_name(value)
    if name is not None:
        return {name}
    if isinstance(value, dict):
        return set[str]().union(*(imports_in(part) for part in value.values()))
    if isinstance(value, list):
        return set[str]().union(*(imports_in(part) for part in value))
    return set()


def references_in(value: Any) -> set[str]:
    """Return the logical ids, and parameters, that a part of a template refers to."""
    match value:
        case {"Ref": str()} | {"Fn::GetAtt": _}:
            return {target(value) or ""}
        case {"Fn::Sub": str(text)}:
            return {name.split(".")[0] for name in _PLACEHOLDER.findall(text)}
        case {"Fn::Sub": [str(text), dict(variables)]}:
            return references_in({"Fn::Sub": text}) | references_in(variables)
        case dict():
            return set[str]().union(*(references_in(part) for part in value.values()))
        case list():
            return set[str]().union(*(references_in(part) for part in value))
    return set()


def exports_in(template: Json) -> set[str]:
    """Return the names of all exports of a template."""
    outputs = template.get("Outputs", {}).values()
    names = [text_of(output["Export"]["Name"]) for output in outputs if "Export" in output]
    return {name.removeprefix("tot-${Environment}:") for name in names}


def as_list(value: Any) -> list[Any]:
    """Return a list of a value that may be a single item or a list."""
    return value if isinstance(value, list) else [value]


def statements(role: Json) -> list[Json]:
    """Return all statements of a role's inline policies, without those of a policy with a condition."""
    return [
        statement
        for policy in role.get("Policies", [])
        if "PolicyDocument" in policy
        for statement in as_list(policy["PolicyDocument"]["Statement"])
    ]


def allowed(role: Json, action: str) -> list[Any]:
    """Return the resources for which a role allows exactly this action."""
    return [
        resource
        for statement in statements(role)
        if statement["Effect"] == "Allow" and action in as_list(statement.get("Action", []))
        for resource in as_list(statement.get("Resource", []))
    ]


def _spelt(found: re.Match[str], variables: Json) -> str:
    name = found.group(1)
    return text_of(variables[name]) if name in variables else found.group(0)
