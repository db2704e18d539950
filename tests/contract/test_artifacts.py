"""Each function starts from its own artifact, with nothing around it but what Lambda's runtime has."""

import json
import os
import subprocess
import sys
import sysconfig
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import pytest
from devstack.instance import host_architecture
from devstack.sam import command_lines
from devstack.sam.process import SamProcess
from template_lint.rules.functions import FUNCTION, slug_of
from template_lint.stack import Stack, load_stacks

STACKS: Final = load_stacks()
FUNCTIONS: Final = [
    pytest.param(stack, function, id=slug_of(function))
    for stack in STACKS
    for function in stack.resources(FUNCTION)
]
# What Lambda's Python runtime brings along: boto3 and what it stands on.
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
    """Really `sam build` every stack for this machine; return the folder of the builds."""
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
        list(pool.map(build, STACKS))
    return folder


@pytest.fixture(scope="module")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with no more than what Lambda's runtime has."""
    folder = tmp_path_factory.mktemp("runtime")
    installed = Path(sysconfig.get_path("purelib"))
    for name in RUNTIME:
        (folder / name).symlink_to(installed / name)
    return folder


@pytest.mark.parametrize(("stack", "function"), FUNCTIONS)
def test_a_handler_starts_from_its_artifact_alone(
    stack: Stack, function: str, artifacts: Path, runtime: Path, tmp_path: Path
) -> None:
    properties = stack.properties(FUNCTION)[function]
    artifact = artifacts / stack.name / function
    told = stack.environment(function)
    of_the_runtime = {
        "AWS_REGION": "eu-central-1",
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_LAMBDA_FUNCTION_NAME": "function",
    }
    module = properties["Handler"].removesuffix(".handler")
    code = IMPORT_HANDLER.format(path=[str(artifact), str(runtime)], module=module)
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code],
        cwd=tmp_path,
        env=told | of_the_runtime,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == []


@pytest.mark.parametrize("stack", STACKS, ids=lambda stack: stack.name)
def test_an_artifact_holds_what_it_needs_and_no_more(stack: Stack, artifacts: Path) -> None:
    for function in stack.resources(FUNCTION):
        artifact = artifacts / stack.name / function
        found = {path.name for path in artifact.iterdir()}
        assert stack.package in found
        assert found & NOT_PACKED == set()
        for package in found & {"contracts", "gateway", stack.package}:
            sources = set((artifact / package).rglob("*.py"))
            assert {path for path in sources if not _is_compiled(path)} == set()


def _is_compiled(source: Path) -> bool:
    return bool(list((source.parent / "__pycache__").glob(f"{source.stem}.*.pyc")))
