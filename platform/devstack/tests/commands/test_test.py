"""Which tests `dev test` runs: every test file of the project, each in one layer."""

from pathlib import Path

import pytest
from devstack.commands.test import _understood
from devstack.failure import Failure
from devstack.instance import ROOT
from devstack.testing.layers import Layer
from devstack.testing.run import _options


def all_test_files() -> list[Path]:
    folders = ("libs", "platform", "services", "tests")
    return sorted(
        path for folder in folders for path in (ROOT / folder).rglob("test_*.py") if "tests" in path.parts
    )


def test_every_test_file_of_the_project_is_in_exactly_one_layer() -> None:
    held = {path: [layer for layer in Layer if layer.holds(path)] for path in all_test_files()}
    assert len(held) > 50
    assert {path: layers for path, layers in held.items() if len(layers) != 1} == {}


def test_without_a_word_the_static_checks_and_all_layers_run() -> None:
    assert _understood([]) == (list(Layer), [], True)
    assert _understood(["all"]) == (list(Layer), [], False)


def test_one_layer_and_arguments_for_pytest() -> None:
    assert _understood(["contract", "-k", "flows"]) == ([Layer.CONTRACT], ["-k", "flows"], False)
    assert _understood(["-k", "flows"]) == (list(Layer), ["-k", "flows"], False)


def test_an_unknown_layer_is_named_with_those_there_are() -> None:
    with pytest.raises(Failure, match="no tests called 'integrations'") as told:
        _understood(["integrations"])
    assert "integration, contract" in told.value.advice


def test_files_that_are_named_are_run_alone_and_whatever_else_is_said_is_run_with_the_whole_layer() -> None:
    assert _options(Layer.E2E, ["tests/e2e/test_crowd.py::test_it", "-s"]) == ["-q"]
    assert _options(Layer.E2E, ["-k", "crowd"]) == ["-q", "tests/e2e"]
    assert _options(Layer.E2E, ["tests/contract/test_docs.py"]) == ["-q", "tests/e2e"]
