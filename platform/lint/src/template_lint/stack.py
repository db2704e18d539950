"""Reads each stack as CloudFormation will see it: the SAM template and what the SAM transform makes of it."""

import json
import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from contracts.exports import Service

ROOT: Final = Path(__file__).resolve().parents[4]
_PLACES: Final = {Service.PLATFORM: ROOT / "platform"}
_CODE: Final = {
    Service.PLATFORM: ROOT / "platform" / "preflight",
    Service.MEMBERS: ROOT / "platform" / "members",
}
# What has no default; and no canary, as on the laptop, unless a caller asks for it.
_PARAMETERS: Final = {"Environment": "lint", "SiteOrigin": "https://vote.example.com", "Canary": "false"}

type Json = dict[str, Any]


@dataclass(frozen=True)
class Stack:
    """One stack: `source` is the SAM template as written, `plain` what the transform makes of it.

    A second stack of a service has its template in a folder below, and the service's code and tests.
    """

    service: Service
    folder: Path
    source: Json
    plain: Json
    workflows: dict[str, Json]

    @property
    def name(self) -> str:
        """The stack's name without project and environment."""
        return self.service.value

    @property
    def home(self) -> Path:
        """The folder of the service that the stack is part of."""
        return self.folder if self.service is self.service.home else self.folder.parent

    @property
    def template(self) -> Path:
        """Where the template is."""
        return self.folder / "template.yaml"

    @cached_property
    def package(self) -> str:
        """The Python package of the stack's functions."""
        (package,) = [path.name for path in self.code.iterdir() if (path / "__init__.py").exists()]
        return package

    @property
    def code(self) -> Path:
        """Where that package is."""
        return _CODE.get(self.service, self.home) / "src"

    @property
    def tests(self) -> Path:
        """Where the tests of the stack's functions are."""
        return self.code.parent / "tests"

    def resources(self, kind: str) -> dict[str, Json]:
        """Return the transformed resources of one type, by logical id, each with its whole body."""
        return {name: body for name, body in self.plain["Resources"].items() if body["Type"] == kind}

    def properties(self, kind: str) -> dict[str, Json]:
        """Return the properties of the transformed resources of one type, by logical id."""
        return {name: body.get("Properties", {}) for name, body in self.resources(kind).items()}

    def environment(self, function: str) -> dict[str, str]:
        """Return what a function is told: what the template alone says, else a text that stands for it."""
        given = self.properties("AWS::Lambda::Function")[function].get("Environment", {}).get("Variables", {})
        return {name: self._text_of(value) or f"value-of-{name}" for name, value in given.items()}

    def _text_of(self, value: Any) -> str | None:  # noqa: ANN401 (a template's value has any shape)
        match value:
            case str(text):
                return text
            case {"Ref": str(name)} if self.plain["Parameters"].get(name, {}).get("Default"):
                return str(self.plain["Parameters"][name]["Default"])
        return None


def load_stacks() -> list[Stack]:
    """Return all stacks in the order in which they are deployed."""
    return [load_stack(service) for service in Service]


def load_stack(service: Service) -> Stack:
    """Return one stack. Raises `FileNotFoundError` when it has no template."""
    folder = folder_of(service)
    return read_stack(service, folder, (folder / "template.yaml").read_text())


def folder_of(service: Service) -> Path:
    """Return where a stack's template is."""
    home = service.home
    folder = _PLACES.get(home, ROOT / "services" / home.value)
    return folder if service is home else folder / service.value.removeprefix(f"{home.value}-")


def read_stack(service: Service, folder: Path, text: str, **parameters: str) -> Stack:
    """Return the stack that this template text makes; definitions of state machines are read in `folder`."""
    from samtranslator.yaml_helper import yaml_parse  # noqa: PLC0415 (half a second to import)

    # Through JSON and back: YAML's anchors would let one resource's change show in another.
    source: Json = json.loads(json.dumps(yaml_parse(text), default=str))
    workflows = {
        name: json.loads((folder / body["Properties"]["DefinitionUri"]).read_text())
        for name, body in source["Resources"].items()
        if body["Type"] == "AWS::Serverless::StateMachine"
    }
    return Stack(service, folder, source, transform(source, workflows, **parameters), workflows)


def transform(source: Json, workflows: dict[str, Json], **parameters: str) -> Json:
    """Return what CloudFormation would get, state machines' definitions and all. Leaves `source` alone."""
    from samtranslator.translator.transform import transform as sam_transform  # noqa: PLC0415 (as above)

    os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
    packaged: Json = json.loads(json.dumps(source))
    for name, body in packaged["Resources"].items():
        if body["Type"] == "AWS::Serverless::Function":
            body["Properties"]["CodeUri"] = "s3://artifacts/code"
        elif body["Type"] == "AWS::Serverless::StateMachine":
            del body["Properties"]["DefinitionUri"]
            body["Properties"]["Definition"] = workflows[name]
    packaged.get("Globals", {}).get("Function", {}).pop("CodeUri", None)
    plain: Json = sam_transform(packaged, _PARAMETERS | parameters, _NoManagedPolicies())
    return plain


class _NoManagedPolicies:
    """No template names a managed policy, so the transform needs no list of them from AWS."""

    @staticmethod
    def load() -> dict[str, str]:
        return {}
