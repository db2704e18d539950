"""Finds all tests in the source files: `path::name`, or `path::Class::name`."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from devkit.checkout import ROOT
from testrunner.layers import Layer


@cache
def known_tests(root: Path = ROOT) -> frozenset[str]:
    """Return the id of every test of every layer that `./dev test` runs."""
    files = {path for layer in Layer for folder in layer.folders(root) for path in folder.rglob("test_*.py")}
    return frozenset(
        f"{path.relative_to(root)}::{name}"
        for path in files
        for name in _names(ast.parse(path.read_text()).body)
    )


def _names(body: list[ast.stmt]) -> Iterator[str]:
    for node in body:
        if isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            yield from (f"{node.name}::{name}" for name in _names(node.body))
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            yield node.name
