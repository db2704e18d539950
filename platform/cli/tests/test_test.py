"""Arguments of `dev test`, and the test layers: every test file belongs to exactly one."""

from pathlib import Path

import pytest
from cli.commands.test import Wanted, understood
from devkit.checkout import ROOT
from devkit.failure import Failure
from testrunner.layers import Layer, service_paths
from testrunner.run import options


def all_test_files() -> list[Path]:
    folders = ("libs", "platform", "services", "tests")
    return sorted(
        path for folder in folders for path in (ROOT / folder).rglob("test_*.py") if "tests" in path.parts
    )


def test_every_test_file_of_the_project_is_in_exactly_one_layer() -> None:
    held = {path: [layer for layer in Layer if layer.holds(path)] for path in all_test_files()}
    assert len(held) > 50
    assert {path: layers for path, layers in held.items() if len(layers) != 1} == {}


def test_no_argument_selects_the_static_checks_and_all_layers() -> None:
    assert understood([]) == Wanted(tuple(Layer), checks=True)
    assert understood(["all"]) == Wanted(tuple(Layer))


def test_a_layer_and_pytest_arguments_are_parsed() -> None:
    assert understood(["contract", "-k", "flows"]) == Wanted((Layer.CONTRACT,), ("-k", "flows"))
    assert understood(["-k", "flows"]) == Wanted(tuple(Layer), ("-k", "flows"))


def test_an_unknown_layer_is_rejected_with_the_known_ones() -> None:
    with pytest.raises(Failure, match="Unknown test layer 'integrations'") as failure:
        understood(["integrations"])
    assert "integration, contract" in failure.value.advice


def test_a_service_selects_its_unit_and_integration_tests() -> None:
    wanted = understood([], "vote-service")
    assert wanted.layers == (Layer.UNIT, Layer.INTEGRATION)
    assert service_paths("vote-service", Layer.UNIT) == ("services/vote-service/tests/unit",)
    assert understood(["unit", "-k", "x"], "vote-service").layers == (Layer.UNIT,)
    with pytest.raises(Failure, match="'e2e' is not a layer of one service"):
        understood(["e2e"], "vote-service")


def test_an_unknown_service_is_rejected_with_the_known_ones() -> None:
    with pytest.raises(Failure, match="No service 'votes'") as failure:
        service_paths("votes", Layer.UNIT)
    assert "vote-service" in failure.value.advice


def test_named_files_replace_the_layers_folders_and_other_arguments_do_not() -> None:
    assert options(Layer.E2E, ["tests/e2e/test_crowd.py::test_it", "-s"]) == ["-q"]
    assert options(Layer.E2E, ["-k", "crowd"])[:2] == ["-q", "tests/e2e"]
    assert options(Layer.E2E, ["tests/contract/test_docs.py"])[:2] == ["-q", "tests/e2e"]


def test_each_stack_of_the_e2e_tests_has_one_worker() -> None:
    assert options(Layer.E2E, [])[2:] == ["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]


def test_one_named_file_runs_without_workers() -> None:
    assert "-n" in options(Layer.CONTRACT, [])
    assert "-n" not in options(Layer.CONTRACT, ["tests/contract/test_docs.py"])
