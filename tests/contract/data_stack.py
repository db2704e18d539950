"""The part of a stack that holds data, as a template of its own, with what each function is told of it."""

import re
from collections.abc import Iterator
from typing import Any, Final

from template_lint.rules.functions import FUNCTION
from template_lint.stack import Json, Stack

_KEPT: Final = {"AWS::DynamoDB::Table", "AWS::SQS::Queue"}


def data_stack(stack: Stack, secrets: dict[str, str]) -> tuple[Json, dict[str, tuple[str, str]]]:
    """Return the template, and which of its outputs holds which variable of which function.

    `secrets` are the ARNs of the stack's secrets by logical id: the emulated CloudFormation knows none. What
    is not kept here, such as an API, appears as a made-up text.
    """
    plain = _with_secrets(stack.plain, secrets)
    kept = {name: _bare(body) for name, body in plain["Resources"].items() if body["Type"] in _KEPT}
    known = kept.keys() | plain.get("Parameters", {}).keys()
    outputs: Json = {
        name: {**body, "Value": _value(body["Value"], known, name)}
        for name, body in plain.get("Outputs", {}).items()
    }
    variables: dict[str, tuple[str, str]] = {}
    functions = {name: body for name, body in plain["Resources"].items() if body["Type"] == FUNCTION}
    for function, body in functions.items():
        for variable, value in body["Properties"].get("Environment", {}).get("Variables", {}).items():
            key = re.sub(r"[^A-Za-z0-9]", "", f"{function}{variable.title()}")
            outputs[key] = {"Value": _value(value, known, variable)}
            variables[key] = (function, variable)
    template = {
        "Parameters": plain.get("Parameters", {}),
        "Conditions": plain.get("Conditions", {}),
        "Resources": kept or {"Nothing": {"Type": "AWS::SQS::Queue"}},
        "Outputs": outputs,
    }
    return template, variables


def _with_secrets(value: Any, secrets: dict[str, str]) -> Any:
    match value:
        case {"Ref": str(name)} | {"Fn::GetAtt": [str(name), "Id"]} if name in secrets:
            return secrets[name]
        case dict():
            return {name: _with_secrets(part, secrets) for name, part in value.items()}
        case list():
            return [_with_secrets(part, secrets) for part in value]
    return value


def _bare(body: Json) -> Json:
    properties = {name: value for name, value in body["Properties"].items() if name != "ResourcePolicy"}
    return {"Type": body["Type"], "Properties": properties}


def _value(value: Any, known: set[str], name: str) -> Any:
    """Return the value if everything in it is there, else a text that says what it stands for."""
    return value if set(_references(value)) <= known else f"no-{name}"


def _references(value: Any) -> Iterator[str]:
    match value:
        case {"Ref": str(name)} if not name.startswith("AWS::"):
            yield name
        case {"Fn::GetAtt": [str(name), *_]}:
            yield name
        case {"Fn::Sub": str(text)}:
            yield from _placeholders(text, set())
        case {"Fn::Sub": [str(text), dict(variables)]}:
            yield from _placeholders(text, set(variables))
            yield from _references(list(variables.values()))
        case dict():
            yield from _references(list(value.values()))
        case list():
            for part in value:
                yield from _references(part)


def _placeholders(text: str, own: set[str]) -> Iterator[str]:
    for name in re.findall(r"\$\{([^}!]+)\}", text):
        if not name.startswith("AWS::") and name not in own:
            yield name.split(".")[0]
