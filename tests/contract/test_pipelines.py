"""Every stack has a pipeline and deployment settings, and they agree with each other."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from contracts.stack_exports import Service
from stacks.catalogue import load_stacks
from testkit.rules import offenders

ROOT = Path(__file__).parents[2]
WORKFLOWS = ROOT / ".github" / "workflows"
STAGES = ["dev", "staging", "prod"]
SERVICES = [stack.value for stack in Service]


def folder_of(service: str) -> Path:
    (folder,) = [stack.folder for stack in load_stacks() if stack.name == service]
    return folder


def libraries_of(service: str) -> set[str]:
    """Return the path patterns of this repository's libraries that the service packages."""
    folder = ROOT / "platform/preflight" if service == "platform" else folder_of(service)
    project = tomllib.loads((folder / "pyproject.toml").read_text())
    homes = {"contracts": "libs/contracts/**", "chassis": "platform/chassis/**"}
    return {homes[name] for name in project["tool"].get("uv", {}).get("sources", {})}


def workflow(name: str) -> dict[Any, Any]:
    # YAML 1.1 reads the key `on` as the boolean True.
    content: dict[Any, Any] = yaml.safe_load((WORKFLOWS / f"{name}.yml").read_text())
    return content


def wrong_in_pipeline(service: str, content: dict[Any, Any]) -> Iterator[str]:
    """Yield paths that a service's pipeline does not watch, and wrong calls of the shared workflow."""
    folder = str(folder_of(service).relative_to(ROOT))
    own = "platform/template.yaml" if service == "platform" else f"{folder}/**"
    for event in ("pull_request", "push"):
        watched = set(content[True][event]["paths"])
        missing = {own, "platform/build/**", "uv.lock", *libraries_of(service)} - watched
        yield from (f"{event} does not watch {path}" for path in sorted(missing))
    pipeline = content["jobs"]["pipeline"]
    if pipeline["uses"] != "$/.github/workflows/service.yml":
        yield f"uses {pipeline['uses']}"
    if pipeline["with"] != {"service": service, "folder": folder}:
        yield f"is called with {pipeline['with']}"


def wrong_in_settings(service: str, settings: dict[str, Any], template: str) -> Iterator[str]:
    """Yield errors in a stack's deployment settings, for each environment."""
    declared = "\n  Canary:" in template
    for stage in STAGES:
        deploy = settings[stage]["deploy"]["parameters"]
        wanted = {
            "stack_name": f"tot-{stage}-{service}", "s3_prefix": f"tot-{stage}-{service}",
            "resolve_s3": True, "fail_on_empty_changeset": False,
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
    """Yield the initial permissions of a workflow, and its actions that are not pinned to a commit."""
    if content["permissions"] != {}:
        yield f"starts with {content['permissions']}"
    for job in content["jobs"].values():
        for step in job.get("steps", []):
            if "uses" in step and not re.fullmatch(r"[0-9a-f]{40}", step["uses"].partition("@")[2]):
                yield f"{step['uses']} is not pinned"


def settings_of(service: str) -> tuple[dict[str, Any], str]:
    folder = folder_of(service)
    return tomllib.loads((folder / "samconfig.toml").read_text()), (folder / "template.yaml").read_text()


def test_pipeline_of_every_service_watches_its_code_and_dependencies() -> None:
    assert offenders(SERVICES, lambda name: list(wrong_in_pipeline(name, workflow(name)))) == {}


def test_stack_settings_have_its_name_per_environment_and_canary_in_prod_only() -> None:
    assert offenders(SERVICES, lambda name: list(wrong_in_settings(name, *settings_of(name)))) == {}


@pytest.mark.covers("T22")
def test_workflows_start_without_permissions_and_pin_their_actions() -> None:
    names = [path.stem for path in sorted(WORKFLOWS.glob("*.yml"))]
    assert offenders(names, lambda name: list(wrong_in_workflow(workflow(name)))) == {}


def test_broken_pipeline_settings_or_workflow_is_reported() -> None:
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


def test_every_template_is_a_known_stack() -> None:
    assert [stack.service for stack in load_stacks()] == list(Service)


def test_edge_has_a_pipeline_and_settings_of_its_own_region() -> None:
    settings = tomllib.loads((ROOT / "platform/edge/samconfig.toml").read_text())
    assert list(wrong_in_settings("edge", settings, "")) == []
    assert {settings[stage]["deploy"]["parameters"]["region"] for stage in STAGES} == {"us-east-1"}
    pipeline = workflow("edge")
    for event in ("pull_request", "push"):
        assert "platform/edge/**" in pipeline[True][event]["paths"]
    assert pipeline["jobs"]["pipeline"]["uses"] == "$/.github/workflows/service.yml"
    assert pipeline["jobs"]["pipeline"]["with"] == {"service": "edge", "folder": "platform/edge"}


def test_deployments_to_an_environment_are_queued() -> None:
    concurrency = workflow("deploy")["jobs"]["deploy"]["concurrency"]
    assert concurrency == {
        "group": "deploy-${{ inputs.environment }}",
        "cancel-in-progress": False,
        "queue": "max",
    }


def test_prod_follows_dev_and_dev_follows_the_checks() -> None:
    jobs = workflow("service")["jobs"]
    assert jobs["dev"]["needs"] == "check"
    assert "refs/heads/main" in jobs["dev"]["if"]
    assert jobs["prod"]["needs"] == "dev"


def test_environment_is_tested_after_each_deployment_and_without_writes_in_prod() -> None:
    *_, deployment, smoke = workflow("deploy")["jobs"]["deploy"]["steps"]
    assert deployment["run"].startswith("./dev deploy")
    assert smoke["run"] == './dev smoke --env "$STAGE" ${READ_ONLY:+--read-only}'
    assert smoke["env"]["READ_ONLY"] == "${{ inputs.environment == 'prod' && '1' || '' }}"
    assert "if" not in smoke
