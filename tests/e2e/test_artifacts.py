"""Each function starts from its own build artifact, with only the packages of the Lambda runtime."""

import json
import subprocess
import sys
import sysconfig
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest
from loadtest.bench.imports import CLIENTS, max_bytes_of, zipped_bytes
from stacks.catalogue import FUNCTION, Stack, load_stacks, logical_id_of, slug_of
from stacks.resolver import Resolver
from testkit.rules import offenders

from .live_stack import Running

FUNCTIONS: Final = [(stack, function) for stack in load_stacks() for function in stack.resources(FUNCTION)]
# The packages of Lambda's Python runtime: boto3 and its dependencies.
RUNTIME: Final = ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six.py", "urllib3")
NOT_PACKED: Final = {"boto3", "botocore", "tests", "template.yaml", "Makefile", ".lock.txt"}
OF_THE_RUNTIME: Final = {
    "AWS_REGION": "eu-central-1",
    "AWS_DEFAULT_REGION": "eu-central-1",
    "AWS_LAMBDA_FUNCTION_NAME": "function",
}
STARTS: Final = Path(__file__).with_name("handler_starts.py")


@pytest.fixture(scope="module")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that contains only the packages of the Lambda runtime."""
    folder = tmp_path_factory.mktemp("runtime")
    installed = Path(sysconfig.get_path("purelib"))
    for name in RUNTIME:
        (folder / name).symlink_to(installed / name)
    return folder


@dataclass(frozen=True, slots=True)
class Start:
    """Code to run with the packages of the runtime and those in other folders, such as an artifact."""

    code: str
    path: tuple[Path, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> str:
        """Return the line that `handler_starts.py` reads."""
        path = [str(folder) for folder in self.path]
        environment = {**OF_THE_RUNTIME, **self.environment}
        return json.dumps({"code": self.code, "path": path, "environment": environment})


def results_of(starts: Sequence[Start], runtime: Path) -> list[dict[str, Any]]:
    """Return the line of `handler_starts.py` for each start."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(STARTS), str(runtime)],
        input="\n".join(start.as_json() for start in starts),
        env={},
        capture_output=True,
        text=True,
        check=True,
    )
    results = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    assert len(results) == len(starts), done.stdout + done.stderr
    return results


def artifact_of(running: Running, stack: Stack, function: str) -> Path:
    """Return the folder that `sam build` has made for a function of the running stack."""
    return running.instance.builds / stack.name / "built" / function


def start_of(running: Running, stack: Stack, function: str) -> Start:
    """Return the start of a function: the import of its handler."""
    module = stack.properties(FUNCTION)[function]["Handler"].removesuffix(".handler")
    code = f"from {module} import handler\nassert callable(handler)"
    environment = Resolver().environment(slug_of(function))
    return Start(code, (artifact_of(running, stack, function),), environment)


@pytest.mark.covers("R42")
def test_handler_starts_from_its_artifact_alone(running: Running, runtime: Path) -> None:
    results = results_of([start_of(running, *one) for one in FUNCTIONS], runtime)
    wrong = {
        slug_of(function): found.get("failure") or found["outside"]
        for (_, function), found in zip(FUNCTIONS, results, strict=True)
    }
    assert {slug: why for slug, why in wrong.items() if why} == {}
    assert len(wrong) > 30


def test_missing_dependency_of_a_handler_is_reported(runtime: Path, tmp_path: Path) -> None:
    (tmp_path / "needy.py").write_text("import yaml\n\ndef handler(): ...\n")
    (tmp_path / "deadly.py").write_text("import os\n\nos.abort()\n")
    (tmp_path / "well.py").write_text("def handler(): ...\n")
    needy, deadly, well = results_of(
        [Start(f"import {name}", (tmp_path,)) for name in ("needy", "deadly", "well")], runtime
    )
    assert "No module named 'yaml'" in needy["failure"]
    assert deadly["failure"] == "wait status 6"
    assert well["outside"] == []


def test_module_from_elsewhere_is_reported(runtime: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.py").touch()
    (found,) = results_of(
        [Start(f"import sys\nsys.path.append({str(tmp_path)!r})\nimport elsewhere")], runtime
    )
    assert found["outside"] == ["elsewhere"]


MODULES: Final = {
    "issue_voter_token": 280,
    "vote_wrapper": 290,
    "validate_vote": 140,
    "count_votes": 145,
    "results_stream_handler": 155,
}
"""Modules that a function on the way of a vote may import beside those of its boto3 clients."""


def over_budget(running: Running, runtime: Path, slug: str) -> list[str]:
    """Return the budgets that a function exceeds: its zipped package, and its modules."""
    start = start_of(running, Resolver().stack_of(slug), logical_id_of(slug))
    clients = Start("import boto3\n" + "\n".join(f"boto3.client({client!r})" for client in CLIENTS[slug]))
    whole, bare = results_of([start, clients], runtime)
    size, modules = zipped_bytes(*start.path), whole["modules"] - bare["modules"]
    return [f"{size} bytes"] * (size > max_bytes_of(slug)) + [f"{modules} modules"] * (
        modules > MODULES[slug]
    )


def test_packages_and_modules_of_the_functions_of_a_vote_are_within_budget(
    running: Running, runtime: Path
) -> None:
    assert MODULES.keys() == CLIENTS.keys()
    assert offenders(CLIENTS, lambda slug: over_budget(running, runtime, slug), str) == {}


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
def test_artifact_contains_exactly_its_dependencies(running: Running) -> None:
    def wrong(one: tuple[Stack, str]) -> list[str]:
        return superfluous_or_missing(one[0], artifact_of(running, *one))

    assert offenders(FUNCTIONS, wrong, lambda one: slug_of(one[1])) == {}


def test_superfluous_or_missing_package_is_reported(tmp_path: Path) -> None:
    for name in ("contracts", "boto3"):
        (tmp_path / name).mkdir()
    (tmp_path / "contracts" / "ids.py").touch()
    wrong = superfluous_or_missing(FUNCTIONS[0][0], tmp_path)
    assert wrong == ["boto3", "ids.py is not compiled", f"no {FUNCTIONS[0][0].package}"]


def _is_compiled(source: Path) -> bool:
    return bool(list((source.parent / "__pycache__").glob(f"{source.stem}.*.pyc")))
