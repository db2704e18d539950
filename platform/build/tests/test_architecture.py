"""The packaging recipe installs wheels of the architecture that the functions are deployed with."""

import os
import subprocess
from pathlib import Path

import pytest
from devkit.checkout import ROOT

SERVICE = ROOT / "services/vote-service"


def platform_of(artifacts: Path, **variables: str) -> str:
    """Return the platform of the wheels, for a build into this folder."""
    known = {name: value for name, value in os.environ.items() if name not in {"ARCHITECTURE", "PLATFORM"}}
    return subprocess.run(
        ["make", "--no-print-directory", "--eval=print:;@echo $(PLATFORM)", "print"],
        cwd=SERVICE,
        env=known | {"ARTIFACTS_DIR": str(artifacts)} | variables,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()


@pytest.fixture
def artifacts(tmp_path: Path) -> Path:
    folder = tmp_path / "build" / "VoteWrapperFunction"
    folder.mkdir(parents=True)
    return folder


@pytest.mark.parametrize(
    ("architecture", "platform"),
    [("x86_64", "x86_64-manylinux_2_28"), ("arm64", "aarch64-manylinux_2_28")],
)
def test_build_by_hand_follows_the_parameter(artifacts: Path, architecture: str, platform: str) -> None:
    definition = f'[function_build_definitions.1]\nruntime = "python3.13"\narchitecture = "{architecture}"\n'
    (artifacts.parents[1] / "build.toml").write_text(definition * 2)
    assert platform_of(artifacts) == platform


def test_variable_of_the_deploy_command_has_priority(artifacts: Path) -> None:
    (artifacts.parents[1] / "build.toml").write_text('architecture = "arm64"\n')
    assert platform_of(artifacts, ARCHITECTURE="x86_64") == "x86_64-manylinux_2_28"


def test_default_is_the_default_of_the_templates(artifacts: Path) -> None:
    assert platform_of(artifacts) == "aarch64-manylinux_2_28"
