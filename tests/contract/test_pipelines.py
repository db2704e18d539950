"""Every stack has its own pipeline and its own deployment settings, and they agree with each other."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from contracts.exports import Service
from devstack.stacks.catalogue import in_deploy_order
from template_lint.stack import folder_of as stack_folder

ROOT = Path(__file__).parents[2]
WORKFLOWS = ROOT / ".github" / "workflows"
STAGES = ["dev", "staging", "prod"]
services = pytest.mark.parametrize(
    "service", [stack.value for stack in Service if stack is stack.home], ids=str
)
stacks = pytest.mark.parametrize("service", [stack.value for stack in Service], ids=str)


def folder_of(service: str) -> Path:
    return stack_folder(Service(service))


def libraries_of(service: str) -> set[str]:
    """The folders of what is packed into its functions from this repository."""
    folder = ROOT / "platform/preflight" if service == "platform" else folder_of(service)
    project = tomllib.loads((folder / "pyproject.toml").read_text())
    homes = {"contracts": "libs/contracts/**", "gateway": "platform/gateway/**"}
    return {homes[name] for name in project["tool"].get("uv", {}).get("sources", {})}


def workflow(name: str) -> dict[Any, Any]:
    # YAML 1.1 reads the key `on` as the truth value; it is never looked up here by another name.
    content: dict[Any, Any] = yaml.safe_load((WORKFLOWS / f"{name}.yml").read_text())
    return content


@services
def test_a_service_has_a_pipeline_that_runs_when_its_code_or_what_it_is_built_from_changes(
    service: str,
) -> None:
    content = workflow(service)
    own = "platform/template.yaml" if service == "platform" else f"services/{service}/**"
    for event in ("pull_request", "push"):
        watched = set(content[True][event]["paths"])
        assert {own, "platform/build/**", "uv.lock", *libraries_of(service)} <= watched
    assert content["jobs"]["pipeline"]["uses"] == "$/.github/workflows/service.yml"
    called_with = content["jobs"]["pipeline"]["with"]
    assert called_with == {"service": service, "folder": str(folder_of(service).relative_to(ROOT))}


@stacks
@pytest.mark.parametrize("stage", STAGES)
def test_a_stack_deploys_to_every_environment_under_its_own_name(service: str, stage: str) -> None:
    settings = tomllib.loads((folder_of(service) / "samconfig.toml").read_text())
    deploy = settings[stage]["deploy"]["parameters"]
    assert deploy["stack_name"] == f"tot-{stage}-{service}"
    assert deploy["resolve_s3"] is True
    assert deploy["fail_on_empty_changeset"] is False
    assert f'environment="{stage}"' in deploy["tags"]


@stacks
def test_only_prod_shifts_traffic_by_steps(service: str) -> None:
    settings = tomllib.loads((folder_of(service) / "samconfig.toml").read_text())
    declared = "\n  Canary:" in (folder_of(service) / "template.yaml").read_text()
    for stage in STAGES:
        overrides = settings[stage]["deploy"]["parameters"].get("parameter_overrides", "")
        assert ("Canary=true" in overrides) is (declared and stage == "prod")


def test_every_template_is_a_stack_that_is_known_and_the_laptop_finds_the_same() -> None:
    found = {stack.service: stack.folder for stack in in_deploy_order(ROOT)}
    assert found == {stack.value: stack_folder(stack) for stack in Service}


@pytest.mark.parametrize("stack", [stack for stack in Service if stack is not stack.home])
def test_a_second_stack_is_deployed_by_its_services_pipeline_after_the_services_own(stack: Service) -> None:
    order = [one.service for one in in_deploy_order(ROOT) if stack.home.value in {one.service, one.home}]
    assert order.index(stack.home.value) < order.index(stack.value)
    assert not (WORKFLOWS / f"{stack.value}.yml").exists()


def test_deployments_to_an_environment_wait_for_each_other_and_none_is_dropped() -> None:
    concurrency = workflow("deploy")["jobs"]["deploy"]["concurrency"]
    assert concurrency == {
        "group": "deploy-${{ inputs.environment }}",
        "cancel-in-progress": False,
        "queue": "max",
    }


def test_prod_comes_after_dev_and_dev_after_the_checks() -> None:
    jobs = workflow("service")["jobs"]
    assert jobs["dev"]["needs"] == "check"
    assert "refs/heads/main" in jobs["dev"]["if"]
    assert jobs["prod"]["needs"] == "dev"


@pytest.mark.parametrize("path", sorted(WORKFLOWS.glob("*.yml")), ids=lambda path: path.stem)
def test_a_workflow_starts_without_rights_and_pins_what_it_uses(path: Path) -> None:
    content = workflow(path.stem)
    assert content["permissions"] == {}
    used = [
        step["uses"] for job in content["jobs"].values() for step in job.get("steps", []) if "uses" in step
    ]
    for action in used:
        _, _, commit = action.partition("@")
        assert len(commit) == 40
        assert set(commit) <= set("0123456789abcdef")
