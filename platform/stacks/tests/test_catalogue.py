"""The deploy order follows from the exports and imports of the templates."""

from pathlib import Path

import pytest
from devkit.failure import Failure
from stacks import catalogue
from stacks.inputs import build_id, fingerprint

EXPORTING = "Outputs:\n  X: {{Value: 1, Export: {{Name: !Sub 'tot-${{Environment}}:{0}'}}}}\n"
IMPORTING = "Resources:\n  R: {{Value: !ImportValue {{'Fn::Sub': 'tot-${{Environment}}:{0}'}}}}\n"
IMPORTING_LONG = "Resources:\n  R: {{Value: {{Fn::ImportValue: !Sub 'tot-${{Environment}}:{0}'}}}}\n"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Three stacks, each importing from the one before, in non-alphabetical order."""
    for service, text in {
        "platform": EXPORTING.format("A"),
        "services/z-first": IMPORTING.format("A") + EXPORTING.format("B"),
        "services/a-second": IMPORTING_LONG.format("B"),
    }.items():
        (tmp_path / service).mkdir(parents=True)
        (tmp_path / service / "template.yaml").write_text(text)
    (tmp_path / "libs/contracts/src").mkdir(parents=True)
    (tmp_path / "platform/build").mkdir()
    (tmp_path / "uv.lock").touch()
    return tmp_path


def test_a_stack_comes_after_those_it_imports_from(checkout: Path) -> None:
    order = catalogue.in_deploy_order(checkout)
    assert [stack.name for stack in order] == ["platform", "z-first", "a-second"]
    assert order[2].needs == {"z-first"}


def test_an_import_without_an_export_is_rejected(checkout: Path) -> None:
    (checkout / "platform/template.yaml").write_text("Resources: {}")
    with pytest.raises(Failure, match="z-first imports values that no stack exports: A"):
        catalogue.in_deploy_order(checkout)


def test_an_import_cycle_is_rejected(checkout: Path) -> None:
    (checkout / "platform/template.yaml").write_text(EXPORTING.format("A") + IMPORTING.format("B"))
    with pytest.raises(Failure, match="cycle"):
        catalogue.in_deploy_order(checkout)


def test_a_template_gets_only_the_parameters_it_declares(checkout: Path) -> None:
    (checkout / "platform/template.yaml").write_text(
        "Parameters: {Environment: {Type: String}}\n" + EXPORTING.format("A")
    )
    platform = catalogue.in_deploy_order(checkout)[0]
    assert platform.declared({"Environment": "local", "SiteOrigin": "x"}) == {"Environment": "local"}


def _prints(checkout: Path) -> dict[str, str]:
    return {stack.name: fingerprint(stack, {}, checkout) for stack in catalogue.in_deploy_order(checkout)}


def _changed_by(checkout: Path, path: str) -> set[str]:
    before = _prints(checkout)
    (checkout / path).parent.mkdir(parents=True, exist_ok=True)
    with (checkout / path).open("a") as file:
        file.write("# changed\n")
    after = _prints(checkout)
    return {service for service in before if before[service] != after[service]}


@pytest.mark.covers("R42")
@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("services/z-first/template.yaml", {"z-first"}),
        ("services/z-first/src/z_first/handlers/new.py", {"z-first"}),
        ("services/z-first/workflow/machine.asl.json", {"z-first"}),
        ("services/z-first/tests/test_new.py", set()),
        ("services/z-first/README.md", set()),
        ("platform/stacks/src/stacks/new.py", set()),
        ("libs/contracts/src/contracts/new.py", {"platform", "z-first", "a-second"}),
        ("platform/build/lambda.mk", {"platform", "z-first", "a-second"}),
        ("uv.lock", {"platform", "z-first", "a-second"}),
    ],
)
def test_only_changed_inputs_redeploy_a_stack(checkout: Path, path: str, expected: set[str]) -> None:
    for service in ("z-first", "a-second"):
        template = checkout / f"services/{service}/template.yaml"
        template.write_text("Globals: {Function: {CodeUri: .}}\n" + template.read_text())
    assert _changed_by(checkout, path) == expected


def test_new_release_without_another_change_redeploys_no_stack(checkout: Path) -> None:
    stack = catalogue.in_deploy_order(checkout)[0]
    old, new = ({"SiteOrigin": "a", "Release": number} for number in ("1.0.0", "1.1.0"))
    assert fingerprint(stack, old, checkout) == fingerprint(stack, new, checkout)
    assert build_id(old) == build_id(new) != build_id({"SiteOrigin": "b"})


def test_changed_parameters_redeploy_a_stack(checkout: Path) -> None:
    stack = catalogue.in_deploy_order(checkout)[0]
    assert fingerprint(stack, {"SiteOrigin": "a"}, checkout) != fingerprint(
        stack, {"SiteOrigin": "b"}, checkout
    )
