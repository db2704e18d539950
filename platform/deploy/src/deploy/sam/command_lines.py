"""The arguments of `sam`: the same two commands for the emulator and for AWS."""

from pathlib import Path
from typing import Final

CAPABILITIES: Final = ("CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND")


def build(template: Path, build_dir: Path, parameters: dict[str, str]) -> list[str]:
    """Return `sam build` of one template into its own directory."""
    return ["build", "--template-file", str(template), "--build-dir", str(build_dir), *_overrides(parameters)]


def deploy_local(
    build_dir: Path, stack_name: str, bucket: str, region: str, parameters: dict[str, str]
) -> list[str]:
    """Return `sam deploy` of a built template to the emulator."""
    return [
        "deploy", "--template-file", str(build_dir / "template.yaml"), "--config-env", "local",
        "--stack-name", stack_name, "--s3-bucket", bucket, "--s3-prefix", stack_name, "--region", region,
        "--capabilities", *CAPABILITIES,
        "--no-confirm-changeset", "--no-fail-on-empty-changeset", "--no-progressbar",
        *_overrides(parameters),
    ]  # fmt: skip


def deploy_aws(
    build_dir: Path, config_file: Path, environment: str, region: str, parameters: dict[str, str]
) -> list[str]:
    """Return `sam deploy` with the settings of the service's own samconfig.toml section.

    `parameters` replace the section's overrides, so they must be complete.
    """
    return [
        "deploy", "--template-file", str(build_dir / "template.yaml"),
        "--config-file", str(config_file), "--config-env", environment, "--region", region,
        "--no-confirm-changeset", "--no-fail-on-empty-changeset",
        *_overrides(parameters),
    ]  # fmt: skip


def _overrides(parameters: dict[str, str]) -> list[str]:
    if not parameters:
        return []
    return ["--parameter-overrides", " ".join(f"{name}={value}" for name, value in parameters.items())]
