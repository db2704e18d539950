"""Deployments: a failed creation can be repeated, changed values arrive, and old versions are removed."""

import re
from collections.abc import Iterator
from typing import Any, Final

from stacks.catalogue import Stack
from stacks.reference import text_of

from template_lint.findings import Fault

# `name:…:${Parameter}`: Secrets Manager's version id and Parameter Store's version are the last part.
_VERSIONED: Final = re.compile(r"\{\{resolve:[^{}]+(?:\$\{[\w:.]+\}[^{}]*)*?:\$\{(\w+)\}\}\}")


def creation_requires_repeatable_rollback(stack: Stack) -> Iterator[Fault]:
    """Require RetainExceptOnCreate: after a failed creation, a retained resource occupies its name."""
    for name, resource in stack.plain["Resources"].items():
        if resource["Type"] != "AWS::Lambda::Version" and resource.get("DeletionPolicy") == "Retain":
            yield name, "is retained if its creation fails: DeletionPolicy must be RetainExceptOnCreate"


def function_version_requires_deletion(stack: Stack) -> Iterator[Fault]:
    """Require that a function's version is deleted after the alias has moved to a later one."""
    for name, version in stack.resources("AWS::Lambda::Version").items():
        if version.get("DeletionPolicy") != "Delete":
            yield name, "is kept forever: VersionDeletionPolicy must be Delete"


def dynamic_reference_requires_version_parameter(stack: Stack) -> Iterator[Fault]:
    """Require `{{resolve:…}}` to end in a parameter with the value's version.

    CloudFormation reads the value again only if the text of the reference changes.
    """
    parameters = stack.plain["Parameters"]
    for name, resource in stack.plain["Resources"].items():
        for text in _texts(resource):
            versions = [found for found in _VERSIONED.findall(text) if found in parameters]
            if len(versions) != text.count("{{resolve:"):
                yield name, f"has a reference without a parameter for its version: {text}"


def _texts(value: Any) -> Iterator[str]:  # noqa: ANN401 (a template's value has any shape)
    match value:
        case str(text):
            yield text
        case {"Fn::Sub": _} | {"Fn::Join": _}:
            yield text_of(value)
        case dict():
            for part in value.values():
                yield from _texts(part)
        case list():
            for part in value:
                yield from _texts(part)


RULES = (
    creation_requires_repeatable_rollback,
    function_version_requires_deletion,
    dynamic_reference_requires_version_parameter,
)
