"""Reads a SAM template: parameters, exports, imports, code folders."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import yaml


class _Loader(yaml.CSafeLoader):
    """Converts CloudFormation's short forms to the long ones: `!Sub x` is `{"Fn::Sub": x}`.

    libyaml parses a template several times as fast as the loaders of SAM and cfn-lint.
    """

    # Dates stay text, as in JSON: `Version: 2012-10-17`.
    yaml_implicit_resolvers: ClassVar = {
        first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
        for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
    }


def _intrinsic(loader: _Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    match node:
        case yaml.ScalarNode():
            text = loader.construct_scalar(node)
            value: Any = str(text).split(".", 1) if suffix == "GetAtt" else text
        case yaml.SequenceNode():
            value = loader.construct_sequence(node, deep=True)
        case yaml.MappingNode():
            value = loader.construct_mapping(node, deep=True)
    return {suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _intrinsic)


def read_template(path: Path) -> dict[str, Any]:
    """Return a template as plain data, as its JSON form would be."""
    return parse_template(path.read_text(encoding="utf-8"))


def parse_template(text: str) -> dict[str, Any]:
    """Return a template's text as plain data."""
    template: dict[str, Any] = yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader
    return template


def exports(template: dict[str, Any]) -> set[str]:
    """Return the output names the template exports, without the environment's prefix."""
    outputs = template.get("Outputs", {}).values()
    return {_bare_name(output["Export"]["Name"]) for output in outputs if "Export" in output}


def imports(template: dict[str, Any]) -> set[str]:
    """Return the names the template imports, without the environment's prefix."""
    return {_bare_name(value) for key, value in _walk(template) if key == "Fn::ImportValue"}


def code_folders(template: dict[str, Any]) -> set[str]:
    """Return the folders the template's functions are built from, relative to it."""
    return {str(value) for key, value in _walk(template) if key == "CodeUri" and isinstance(value, str)}


def parameters(template: dict[str, Any]) -> set[str]:
    """Return the names of the parameters the template declares."""
    return set(template.get("Parameters", {}))


def _bare_name(name: Any) -> str:
    text = name["Fn::Sub"] if isinstance(name, dict) else name
    return str(text).rpartition(":")[2]


def _walk(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, child in value.items():
            yield key, child
            yield from _walk(child)
    elif isinstance(value, list):
        for child in value:
            yield from _walk(child)
