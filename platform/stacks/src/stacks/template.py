"""Reads a SAM template, its state machines, and the folders of its code."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

type Json = dict[str, Any]


class _Loader(yaml.CSafeLoader):
    """Converts CloudFormation's short forms to the long ones: `!Sub x` is `{"Fn::Sub": x}`.

    libyaml parses a template several times as fast as the loaders of SAM and cfn-lint.
    """


# Dates stay text, as in JSON: `Version: 2012-10-17`.
_Loader.yaml_implicit_resolvers = {
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


def read_template(path: Path) -> Json:
    """Return a template as plain data, as its JSON form would be."""
    template: Json = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 - a safe loader
    return template


def read_workflows(template: Json, folder: Path) -> dict[str, Json]:
    """Return the definitions of a template's state machines, from files in `folder`, by logical id."""
    return {
        name: json.loads((folder / body["Properties"]["DefinitionUri"]).read_text())
        for name, body in template.get("Resources", {}).items()
        if body.get("Type") == "AWS::Serverless::StateMachine"
    }


def code_folders(template: Json) -> set[str]:
    """Return the folders the template's functions are built from, relative to it."""
    return {str(value) for key, value in _walk(template) if key == "CodeUri" and isinstance(value, str)}


def _walk(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, child in value.items():
            yield key, child
            yield from _walk(child)
    elif isinstance(value, list):
        for child in value:
            yield from _walk(child)
