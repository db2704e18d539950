"""Each function starts from its own build artifact, with only the packages of the Lambda runtime."""

import json
import os
import subprocess
import sys
import sysconfig
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
from deploy.sam import command_lines
from deploy.sam.process import SamProcess
from laptop.instance import host_architecture
from loadtest.bench.imports import CLIENTS, max_bytes_of, run, zipped_bytes
from stacks.catalogue import FUNCTION, Stack, load_stacks, logical_id_of, slug_of
from stacks.resolver import Resolver
from testkit.rules import offenders

pytestmark = pytest.mark.slow

FUNCTIONS: Final = [(stack, function) for stack in load_stacks() for function in stack.resources(FUNCTION)]
# The packages of Lambda's Python runtime: boto3 and its dependencies.
RUNTIME: Final = ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six.py", "urllib3")
NOT_PACKED: Final = {"boto3", "botocore", "tests", "template.yaml", "Makefile", ".lock.txt"}
IMPORT_HANDLER: Final = """
import importlib, json, sys
sys.path[:0] = {path}
handler = getattr(importlib.import_module({module!r}), "handler")
assert callable(handler)
outside = [name for name, module in sys.modules.items()
           if (file := getattr(module, "__file__", None)) and "site-packages" in file]
print(json.dumps(outside))
"""


@pytest.fixture(scope="module")
def artifacts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run `sam build` for every stack on this machine; return the folder of the builds."""
    folder = tmp_path_factory.mktemp("artifacts")
    sam = SamProcess(folder / "sam")
    sam.warm_up()
    environment = dict(os.environ) | {"ARCHITECTURE": host_architecture(), "AWS_DEFAULT_REGION": "us-east-1"}

    def build(stack: Stack) -> None:
        parameters = {"Environment": "test", "Architecture": host_architecture()}
        if "SiteOrigin" in stack.source["Parameters"]:
            parameters["SiteOrigin"] = "https://vote.example"
        command = command_lines.build(stack.template, folder / stack.name, parameters)
        run = sam.run(command, stack.folder, environment, folder / f"{stack.name}.log")
        assert run.exit_code == 0, run.tail()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(build, load_stacks()))
    return folder


@pytest.fixture(scope="module")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that contains only the packages of the Lambda runtime."""
    folder = tmp_path_factory.mktemp("runtime")
    installed = Path(sysconfig.get_path("purelib"))
    for name in RUNTIME:
        (folder / name).symlink_to(installed / name)
    return folder


@dataclass(frozen=True)
class Start:
    """A handler and the folders that its import may use: its artifact and the runtime."""

    artifacts: Path
    runtime: Path

    def failure(self, one: tuple[Stack, str]) -> str:
        """Return why a function does not start, or the modules that it imports from elsewhere."""
        stack, function = one
        module = stack.properties(FUNCTION)[function]["Handler"].removesuffix(".handler")
        return self.failure_of(
            module, self.artifacts / stack.name / function, Resolver().environment(slug_of(function))
        )

    def failure_of(self, module: str, artifact: Path, environment: dict[str, str]) -> str:
        of_the_runtime = {
            "AWS_REGION": "eu-central-1",
            "AWS_DEFAULT_REGION": "eu-central-1",
            "AWS_LAMBDA_FUNCTION_NAME": "function",
        }
        code = IMPORT_HANDLER.format(path=[str(artifact), str(self.runtime)], module=module)
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-c", code],
            cwd=self.artifacts,
            env=environment | of_the_runtime,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            return done.stderr
        return ", ".join(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.covers("R42")
@pytest.mark.timeout(1200)  # one process per function, after all builds
def test_handler_starts_from_its_artifact_alone(artifacts: Path, runtime: Path) -> None:
    start = Start(artifacts, runtime)
    with ThreadPoolExecutor(2) as pool:
        failures = list(zip(FUNCTIONS, pool.map(start.failure, FUNCTIONS), strict=True))
    assert {slug_of(function): why for (_, function), why in failures if why} == {}
    assert len(failures) > 30


def test_missing_dependency_of_a_handler_is_reported(artifacts: Path, runtime: Path, tmp_path: Path) -> None:
    (tmp_path / "needy.py").write_text("import yaml\n\ndef handler(): ...\n")
    assert "No module named 'yaml'" in Start(artifacts, runtime).failure_of("needy", tmp_path, {})


MODULES: Final = {
    "issue_voter_token": 280,
    "vote_wrapper": 290,
    "validate_vote": 140,
    "count_votes": 145,
    "results_stream_handler": 155,
}
"""Modules that a function on the way of a vote may import beside those of its boto3 clients."""


def over_budget(artifacts: Path, runtime: Path, slug: str) -> list[str]:
    """Return the budgets that a function exceeds: its zipped package, and its modules."""
    stack = Resolver().stack_of(slug)
    artifact = artifacts / stack.name / logical_id_of(slug)
    clients = "\n".join(f"boto3.client({client!r})" for client in CLIENTS[slug])
    _, bare = run(f"import boto3\n{clients}", (runtime,), {})
    _, modules = run(
        f"import {stack.package}.handlers.{slug}", (artifact, runtime), Resolver().environment(slug)
    )
    size = zipped_bytes(artifact)
    return [f"{size} bytes"] * (size > max_bytes_of(slug)) + [f"{modules - bare} modules"] * (
        modules - bare > MODULES[slug]
    )


def test_packages_and_modules_of_the_functions_of_a_vote_are_within_budget(
    artifacts: Path, runtime: Path
) -> None:
    assert MODULES.keys() == CLIENTS.keys()
    assert offenders(CLIENTS, lambda slug: over_budget(artifacts, runtime, slug), str) == {}


def superfluous_or_missing(stack: Stack, artifact: Path) -> list[str]:
    """Return the superfluous and the missing packages of an artifact."""
    found = {path.name for path in artifact.iterdir()}
    sources = (
        path
        for package in found & {"contracts", "chassis", stack.package}
        for path in (artifact / package).rglob("*.py")
    )
    missing = set() if stack.package in found else {f"no {stack.package}"}
    uncompiled = {f"{path.name} is not compiled" for path in sources if not _is_compiled(path)}
    return sorted(missing | found & NOT_PACKED | uncompiled)


@pytest.mark.covers("T22")
def test_artifact_contains_exactly_its_dependencies(artifacts: Path) -> None:
    def wrong(one: tuple[Stack, str]) -> list[str]:
        return superfluous_or_missing(one[0], artifacts / one[0].name / one[1])

    assert offenders(FUNCTIONS, wrong, lambda one: slug_of(one[1])) == {}


def test_superfluous_or_missing_package_is_reported(tmp_path: Path) -> None:
    for name in ("contracts", "boto3"):
        (tmp_path / name).mkdir()
    (tmp_path / "contracts" / "ids.py").touch()
    wrong = superfluous_or_missing(FUNCTIONS[0][0], tmp_path)
    assert wrong == ["boto3", "ids.py is not compiled", f"no {FUNCTIONS[0][0].package}"]


def _is_compiled(source: Path) -> bool:
    return bool(list((source.parent / "__pycache__").glob(f"{source.stem}.*.pyc")))
