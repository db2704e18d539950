"""Every stack has its own pipeline and its own deployment settings, and they agree with each other."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from contracts.exports import Service
from devstack.stacks.catalogue import in_deploy_order
from template_lint.stack import folder_of as stack_folder
from testkit.rules import offenders

ROOT = Path(__file__).parents[2]
WORKFLOWS = ROOT / ".github" / "workflows"
STAGES = ["dev", "staging", "prod"]
SERVICES = [stack.value for stack in Service if stack is stack.home]
STACKS = [stack.value for stack in Service]


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


def wrong_in_pipeline(service: str, content: dict[Any, Any]) -> Iterator[str]:
    """Yield what a service's pipeline does not watch, and what it calls wrongly."""
    own = "platform/template.yaml" if service == "platform" else f"services/{service}/**"
    for event in ("pull_request", "push"):
        watched = set(content[True][event]["paths"])
        missing = {own, "platform/build/**", "uv.lock", *libraries_of(service)} - watched
        yield from (f"{event} does not watch {path}" for path in sorted(missing))
    pipeline = content["jobs"]["pipeline"]
    folder = str(folder_of(service).relative_to(ROOT))
    if pipeline["uses"] != "$/.github/workflows/service.yml":
        yield f"uses {pipeline['uses']}"
    if pipeline["with"] != {"service": service, "folder": folder}:
        yield f"is called with {pipeline['with']}"


def wrong_in_settings(service: str, settings: dict[str, Any], template: str) -> Iterator[str]:
    """Yield what a stack's deployment settings say wrongly, stage by stage."""
    declared = "\n  Canary:" in template
    for stage in STAGES:
        deploy = settings[stage]["deploy"]["parameters"]
        wanted = {
            "stack_name": f"tot-{stage}-{service}", "resolve_s3": True, "fail_on_empty_changeset": False,
        }  # fmt: skip
        yield from (
            f"{stage}: {name} is {deploy[name]}" for name, value in wanted.items() if deploy[name] != value
        )
        if f'environment="{stage}"' not in deploy["tags"]:
            yield f"{stage}: has no tag of its environment"
        overrides = deploy.get("parameter_overrides", "")
        if ("Canary=true" in overrides) is not (declared and stage == "prod"):
            yield f"{stage}: traffic shifts by steps in prod alone"


def wrong_in_workflow(content: dict[Any, Any]) -> Iterator[str]:
    """Yield the rights that a workflow starts with, and the actions that it does not pin by their commit."""
    if content["permissions"] != {}:
        yield f"starts with {content['permissions']}"
    for job in content["jobs"].values():
        for step in job.get("steps", []):
            if "uses" in step and not re.fullmatch(r"[0-9a-f]{40}", step["uses"].partition("@")[2]):
                yield f"{step['uses']} is not pinned"


def settings_of(service: str) -> tuple[dict[str, Any], str]:
    folder = folder_of(service)
    return tomllib.loads((folder / "samconfig.toml").read_text()), (folder / "template.yaml").read_text()


def test_a_service_has_a_pipeline_that_runs_when_its_code_or_what_it_is_built_from_changes() -> None:
    assert offenders(SERVICES, lambda name: list(wrong_in_pipeline(name, workflow(name)))) == {}


def test_a_stack_deploys_to_every_environment_under_its_own_name_and_only_prod_shifts_traffic_by_steps() -> (
    None
):
    assert offenders(STACKS, lambda name: list(wrong_in_settings(name, *settings_of(name)))) == {}


def test_a_workflow_starts_without_rights_and_pins_what_it_uses() -> None:
    names = [path.stem for path in sorted(WORKFLOWS.glob("*.yml"))]
    assert offenders(names, lambda name: list(wrong_in_workflow(workflow(name)))) == {}


def test_a_pipeline_settings_or_workflow_that_break_a_rule_would_be_found() -> None:
    pipeline = workflow("vote-service")
    pipeline[True]["push"]["paths"].remove("uv.lock")
    pipeline["jobs"]["pipeline"]["with"]["service"] = "poll-service"
    assert len(list(wrong_in_pipeline("vote-service", pipeline))) == 2
    settings, template = settings_of("vote-service")
    settings["dev"]["deploy"]["parameters"] |= {"stack_name": "tot-prod-vote-service", "tags": ""}
    settings["staging"]["deploy"]["parameters"]["parameter_overrides"] = "Canary=true"
    assert len(list(wrong_in_settings("vote-service", settings, template))) == 3
    unpinned = {"permissions": {"contents": "write"}, "jobs": {"x": {"steps": [{"uses": "a/b@v4"}]}}}
    assert len(list(wrong_in_workflow(unpinned))) == 2


def test_every_template_is_a_stack_that_is_known_and_the_laptop_finds_the_same() -> None:
    found = {stack.service: stack.folder for stack in in_deploy_order(ROOT)}
    assert found == {stack.value: stack_folder(stack) for stack in Service}


def test_a_second_stack_is_deployed_by_its_services_pipeline_after_the_services_own() -> None:
    order = [one.service for one in in_deploy_order(ROOT)]
    for stack in [stack for stack in Service if stack is not stack.home]:
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
